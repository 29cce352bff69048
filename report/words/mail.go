package words

// mailPhrases are the texts of mails that no other form has.
func mailPhrases() map[string]phrase {
	return map[string]phrase{
		"mail.no_data":           {"No new data since %s. These are the figures of then.", "自 %s 以来没有新数据，以下为当时的数据。"},
		"mail.manager":           {"The rosters name you as the manager of these people.", "花名册中，您是以下人员的直属主管。"},
		"mail.unreached":         {"No manager was written to about: %s. The rosters have no mail address for them, or it was refused. Their files are attached here.", "以下分组未能发送给直属主管（花名册中没有其邮箱，或邮箱被拒收），其文件附于本邮件：%s。"},
		"mail.unmanaged":         {"people without a manager", "没有直属主管的人员"},
		"mail.never":             {"No data yet: nothing could be asked so far.", "尚无数据：至今没有查询到任何消息的数据。"},
		"mail.no_state":          {"There is no new data: the audit's state can't be used. What you got last is the latest.", "没有新数据：审计的状态数据无法使用。您最近一次收到的即为最新数据。"},
		"mail.untold":            {"The last %d runs did not finish, so they had no results. These are the figures as far as they came.", "最近 %d 次查询均未完成，因此没有结果。以下为目前已取得的数据。"},
		"mail.subject.untold":    {"Runs do not finish: %s", "查询未能完成：%s"},
		"mail.subject.no_data":   {"No new data: %s", "没有新数据：%s"},
		"mail.subject.simulated": {"[SIMULATED] %s", "【模拟】%s"},
		"mail.too_large":         {"These reports are too large for a mail and stay where they were written:", "以下报告过大，无法作为附件发送，保留在原处："},
	}
}
