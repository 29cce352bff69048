package scenario

// PermissionQuery is the scope that all query calls need.
const PermissionQuery = "qyapi_robot_sendmsg"

// Error codes that the simulator itself answers with; ErrorAnswers has the others too.
const (
	CodeMissingHeader   = "AuthenticationFailed.MissingParameter"
	CodeBadToken        = "InvalidAuthentication"
	CodeBadSecret       = "invalidClientIdOrSecret"
	CodeDenied          = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
	CodeThrottled       = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
	CodeQuota           = "Forbidden.AccessDenied.ApiCountLimitForOrg"
	CodeBadParameter    = "invalidParameter.param.invalid"
	CodeUnknownRobot    = "invalidParameter.robotCode.notExsit"
	CodeMissingRobot    = "invalidParameter.robotCode.missing"
	CodeBadRobot        = "invalidParameter.robotCode.invalid"
	CodeMissingKey      = "invalidParameter.processQueryKey.missing"
	CodeBadKey          = "invalid.processQueryKey"
	CodeBadCursor       = "invalidParameter.cursor.invalid"
	CodeBadPageSize     = "invalidParameter.pageSize.invalid"
	CodeBadConversation = "invalid.openConversationId"
	CodeExpired         = "processQueryKey.expireTime"
	CodeSystemError     = "system.error"
)

// An ErrorAnswer is the HTTP status and the message of a documented error code.
type ErrorAnswer struct {
	Status  int
	Message string
}

// ErrorAnswers returns the answers by code: the 19 rows of the error table of the
// query page, in its order, and the platform's. Where the page's message is "%s",
// its explanation stands for it; the wording of the platform's messages is ours.
func ErrorAnswers() map[string]ErrorAnswer {
	return map[string]ErrorAnswer{
		CodeBadParameter:                {400, "参数不合法"},
		CodeUnknownRobot:                {400, "机器人不存在"},
		CodeMissingRobot:                {400, "缺少robotCode"},
		CodeMissingKey:                  {400, "缺少processQueryKey"},
		CodeBadCursor:                   {400, "无效的nextToken"},
		CodeBadPageSize:                 {400, "无效的maxResults"},
		CodeBadRobot:                    {400, "无效的robotCode"},
		CodeBadConversation:             {400, "无效的openConversationId"},
		"openConversationId.notExisted": {400, "openConversationId为空"},
		CodeBadKey:                      {400, "无效的processQueryKey"},
		"bot.stopped":                   {400, "群机器人已经停用"},
		"template.not.existed":          {400, "机器人模板不存在"},
		"template.stopped":              {400, "机器人模板已经停用"},
		CodeExpired:                     {400, "processQueryKey还未生成消息查询数据或已过期"},
		"conversation.org.dismatch":     {400, "会话不属于当前企业"},
		"resource.not.found":            {400, "机器人不存在"},
		"unauthorized":                  {400, "未授权"},
		"auth.error":                    {400, "权限不足,不允许操作"},
		CodeSystemError:                 {500, "未知的系统错误"},

		CodeMissingHeader: {400, "缺少参数 x-acs-dingtalk-access-token"},
		CodeBadToken:      {400, "不合法的access_token"},
		CodeBadSecret:     {400, "无效的clientId或者clientSecret"},
		CodeDenied:        {403, "应用尚未开通所需的权限：[" + PermissionQuery + "]"},
		CodeThrottled:     {403, "应用调用该接口过于频繁，请稍后重试"},
		CodeQuota:         {403, "企业本月调用次数已用完"},
		"Forbidden.AccessDenied.IpNotInWhiteList":        {403, "访问ip不在白名单之中"},
		"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi": {403, "应用调用该接口过于频繁，请稍后重试"},
	}
}
