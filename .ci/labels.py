"""The words of the reports in both languages, as truth.py and books.py look for them."""

# The heads of columns, and what stands in cells.
CHINESE = {
    "Address": "地址", "Campaign": "通知项目", "Notice": "通知", "Title": "标题", "Recipient": "收件人", "Department": "部门",
    "Manager": "直属主管", "Name": "姓名", "User ID": "用户 ID", "Email": "邮箱", "Manager's email": "直属主管邮箱",
    "Read state": "阅读状态", "Messages": "消息数", "Recipients": "应读人数", "Read": "已读", "Unread": "未读",
    "No data yet": "暂无数据", "Read rate": "已读率", "What is known": "数据说明", "Coverage": "数据覆盖率",
    "Target": "目标已读率", "Target met": "是否达标", "Change": "已读率变化", "Oldest data": "最早数据时间",
    "Data as of": "数据截至", "Sent at": "发送时间", "Last checked": "最近查询时间", "People": "人数", "Deliveries": "应读人次",
    "Small group": "人数不足5人", "Checked at": "数据采集时间", "Hours since sent": "发送后小时数",
    "Known people": "已有数据人数", "After 4 h": "4小时内已读", "After 24 h": "24小时内已读", "After 72 h": "72小时内已读",
    "After 7 days": "7天内已读", "Unread messages": "未读消息数", "Which notices": "未读通知", "Days unread": "未读天数",
    "Unread as of": "数据采集时间", "Reminded": "已提醒", "Remark": "备注", "Read after": "阅读时间不早于",
    "Read before": "阅读时间不晚于", "Text of the reminder": "提醒内容", "Batch": "批次", "Channel": "渠道", "robot, one-to-one": "机器人单聊", "How many": "数量",
    "Without email": "无邮箱人数", "Emails": "邮箱（分号分隔）", "User IDs": "用户 ID（逗号分隔）", "Move": "变化",
    "Last seen unread": "最后查到未读", "First seen read": "首次查到已读", "Received": "收到消息数", "What it is": "问题",
    "Notices below target": "未达标通知数", "Recalled messages": "已撤回消息数", "Messages without data": "暂无数据的消息数",
    "read": "已读", "unread": "未读", "no data yet": "暂无数据", "✓ yes": "✓ 是", "✗ no": "✗ 否", "n<5": "是", "Other": "其他",
    "newly read": "新增已读", "still unread": "仍未读", "new on the list": "新列入未读", "All": "总体",
    "not known": "无法判断", "All others, known by number only": "其余仅知人数的发送对象", "Overall read rate by run": "总体已读率变化",
    "SIMULATED": "模拟数据",
    "Messages that the provider refuses for good": "查询被拒的消息",
    "The simulator made these figures up": "本报告的数据由模拟器生成，并非真实数据",
    "Messages that cannot be right: more readers than recipients, or no recipient; they are in no total":
        "数据自相矛盾的消息：已读人数多于应读人数，或应读人数为零；不计入任何合计",
    "Readers who are not recipients": "发送对象以外的已读人员",
    "Messages without data more than a day after they were sent": "发送超过一天仍无数据的消息",
    "Messages without recipients: they have readers and no rate": "未指定发送对象的消息：只有已读人数，没有已读率",
    "Messages that the sender took back": "发送方已撤回的消息",
    "People without a name": "没有姓名的人员",
}

# The heads that have another word in English.
ENGLISH = {"Move": "Change"}

# Sentences with figures in them.
SENTENCES = {
    "rate": ("{read} of {known} deliveries with data have been read ({rate}).", "已有数据的 {known} 人次中，已读 {read} 人次（{rate}）。"),
    "remind": ("{n} people to remind, {k} of them in {first} and {l} in {second}.", "需提醒 {n} 人，其中{first} {k} 人、{second} {l} 人。"),
    "more": ("{n} more than on {day}.", "比{day}多 {n} 人次。"),
    "coverage": ("Data of {share} of recipients.", "已取得 {share} 人员的数据。"),
    "known": ("based on {share} of recipients", "基于已有数据的 {share} 人员"),
    "bridge": ("{unread} = {remind} to remind ({people} people) + {left} have left + {number} known by number only + {closed} of messages that can't be checked any more",
               "{unread} = 待提醒 {remind}（{people} 人） + 已离职 {left} + 仅知人数 {number} + 消息已超过可查询期限 {closed}"),
    "below": ("of {n} notices with a rate and a target", "共 {n} 项通知有已读率和目标"),
    "change": ("since {oldest} to {newest}; over {n} messages to the same recipients", "对比时点 {oldest} 至 {newest}，仅比较当时已有数据的 {n} 条消息"),
    "oldest": ("oldest data {at}", "最早的数据采集于 {at}"),
    "unknown": ("{n} of {of} not known yet.", "应读 {of} 人次中有 {n} 人次暂无数据。"),
    "troubled": ("Without an up-to-date answer: {n} of {of} messages ", "{of} 条消息中有 {n} 条没有最新结果"),
    "contradictory": ("{n} message cannot be right and is left out of every total: see Problems.", "{n} 条消息的数据自相矛盾，未计入任何合计，参见“数据质量”。"),
    "reminder": ("Reminder: you have not read “{title}” yet. It was sent on {day}, {days} ago. Please open it in DingTalk.",
                 "提醒：您尚未阅读“{title}”。该通知于 {day} 发送，距今已 {days}，请尽快在钉钉中查看。"),
    "groups": ("{n} of {of} by department, the largest ones. The lowest read rates come first.", "部门：显示 {of} 个中人数最多的 {n} 个；已读率低者在前。"),
}


class Words:
    """The words of one language."""

    def __init__(self, language):
        self.chinese = language == "zh-CN"

    def label(self, name):
        return CHINESE.get(name, name) if self.chinese else ENGLISH.get(name, name)

    def say(self, key, **figures):
        return SENTENCES[key][self.chinese].format(**figures)

    def labelled(self, label, value):
        return f"{label}：{value}" if self.chinese else f"{label}: {value}"

    def beside(self, text, note):
        return text if note is None else f"{text}（{note}）" if self.chinese else f"{text} ({note})"

    def percent(self, share):
        return f"{share * 100:.1f}".removesuffix(".0") + ("%" if self.chinese else " %")

    def bounds(self, least, most):
        return f"{least}–{most}" + ("%" if self.chinese else " %")

    def items(self, names):
        return ("、" if self.chinese else ", ").join(names)

    def days(self, n):
        return f"{n} 天" if self.chinese else f"{n} day" if n == 1 else f"{n} days"

    def date(self, at):
        if self.chinese:
            return f"{at.month}月{at.day}日（周{'一二三四五六日'[at.weekday()]}）"
        return f"{at:%A}, {at.day} {at:%B}"
