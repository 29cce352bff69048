package simulator

// Codes that the Simulator itself answers with.
const (
	codeMissingHeader   = "AuthenticationFailed.MissingParameter"
	codeBadToken        = "InvalidAuthentication"
	codeBadSecret       = "invalidClientIdOrSecret"
	codeDenied          = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
	codeThrottled       = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
	codeQuota           = "Forbidden.AccessDenied.ApiCountLimitForOrg"
	codeBadParameter    = "invalidParameter.param.invalid"
	codeUnknownRobot    = "invalidParameter.robotCode.notExsit"
	codeMissingRobot    = "invalidParameter.robotCode.missing"
	codeBadRobot        = "invalidParameter.robotCode.invalid"
	codeMissingKey      = "invalidParameter.processQueryKey.missing"
	codeBadKey          = "invalid.processQueryKey"
	codeBadCursor       = "invalidParameter.cursor.invalid"
	codeBadPageSize     = "invalidParameter.pageSize.invalid"
	codeBadConversation = "invalid.openConversationId"
	codeExpired         = "processQueryKey.expireTime"
	codeSystemError     = "system.error"
)

// A documented code comes with this status and message.
type documented struct {
	status  int
	message string
}

// codes are the 19 rows of the page's error table, in its order, and the
// platform's. Where the page's message is "%s", its explanation stands for it; the
// wording of the platform's messages is ours.
func codes() map[string]documented {
	return map[string]documented{
		codeBadParameter:                {400, "参数不合法"},
		codeUnknownRobot:                {400, "机器人不存在"},
		codeMissingRobot:                {400, "缺少robotCode"},
		codeMissingKey:                  {400, "缺少processQueryKey"},
		codeBadCursor:                   {400, "无效的nextToken"},
		codeBadPageSize:                 {400, "无效的maxResults"},
		codeBadRobot:                    {400, "无效的robotCode"},
		codeBadConversation:             {400, "无效的openConversationId"},
		"openConversationId.notExisted": {400, "openConversationId为空"},
		codeBadKey:                      {400, "无效的processQueryKey"},
		"bot.stopped":                   {400, "群机器人已经停用"},
		"template.not.existed":          {400, "机器人模板不存在"},
		"template.stopped":              {400, "机器人模板已经停用"},
		codeExpired:                     {400, "processQueryKey还未生成消息查询数据或已过期"},
		"conversation.org.dismatch":     {400, "会话不属于当前企业"},
		"resource.not.found":            {400, "机器人不存在"},
		"unauthorized":                  {400, "未授权"},
		"auth.error":                    {400, "权限不足,不允许操作"},
		codeSystemError:                 {500, "未知的系统错误"},

		codeMissingHeader: {400, "缺少参数 x-acs-dingtalk-access-token"},
		codeBadToken:      {400, "不合法的access_token"},
		codeBadSecret:     {400, "无效的clientId或者clientSecret"},
		codeDenied:        {403, "应用尚未开通所需的权限：[" + permissionQuery + "]"},
		codeThrottled:     {403, "应用调用该接口过于频繁，请稍后重试"},
		codeQuota:         {403, "企业本月调用次数已用完"},
		"Forbidden.AccessDenied.IpNotInWhiteList":        {403, "访问ip不在白名单之中"},
		"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi": {403, "应用调用该接口过于频繁，请稍后重试"},
	}
}
