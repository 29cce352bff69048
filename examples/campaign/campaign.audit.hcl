# A campaign of 1,000 private-chat keys, one recipient a row, with a roster from a
# spreadsheet, reported in Chinese:
#
#   notifyaudit --manifest examples/campaign --simulator apply -auto-approve
#
# The simulator lets some percent of the requests fail (simulator.json); the
# retries make up for it, and the run takes as long as the rate allows.

audit {
  title    = "2026年度信息安全培训"
  language = "zh-CN"
  timezone = "Asia/Shanghai"

  refresh {
    stop_after = "0s" # never stop: this example has no end. The default is "30d"
  }
}

variable "app_key" {
  type    = string
  default = "dingcampaign"
}

variable "app_secret" {
  type      = string
  sensitive = true
  default   = "for-the-simulator-only"
}

provider "dingtalk" {
  endpoint   = "https://api.dingtalk.com" # a mainland organisation
  app_key    = var.app_key
  app_secret = var.app_secret
  robot_code = "dingtrainingbot"

  limit {
    requests_per_second = 60     # dedicated edition; the standard one allows 20
    requests_per_month  = 200000 # the standard edition has 5,000
    reserve             = 20000
    quota_group         = "example"
  }

  retry {
    min_backoff = "200ms"
    max_backoff = "5s"
  }
}

# The international robot belongs to another app. Both apps are the same
# organisation's, so they share its month.
provider "dingtalk" {
  alias      = "international"
  app_key    = "dinginternational"
  app_secret = var.app_secret
  robot_code = "dinghellobot"

  limit {
    requests_per_second = 20
    requests_per_month  = 200000
    reserve             = 20000
    quota_group         = "example"
  }
}

# User ids of 18 digits are text in roster.xlsx: as numbers they would have lost
# their last digits.
audience "staff" {
  source = "roster.xlsx"
}

# One row, one recipient. The ids in the file end with a semicolon: a bare number
# would be the size of an audience.
messages "training" {
  source = "messages.csv"
  key    = "row"

  columns = {
    process_query_key = "process_query_key"
    title             = "title"
    sent_at           = "sent_at"
    audience          = "recipient"
  }

  roster = audience.staff
  target = 0.85
}

# What the reports call the thousand messages. They are a campaign, named as their block.
campaign "training" {
  title = "信息安全培训"
}

# One key for everybody: 1,000 people are five pages of at most 200 readers.
message "hotline" {
  provider          = dingtalk.international
  kind              = "group"
  process_query_key = "KnaBjtpst9ceNZIKviqoCzrhLglqT0djf27oLnmg2x8b"
  title             = "Security hotline · 信息安全热线"
  sent_at           = "2026-11-19T11:00:00+08:00"
  audience          = audience.staff
  target            = 0.9
}

# Each run writes this file anew, without what people have filled in there (已提醒, 备注).
# With "out/campaign-${run.date}.xlsx" each day keeps its own.
report "excel" {
  path = "out/campaign.xlsx"
}

report "csv" {
  directory = "out/csv"
}

report "json" {
  path = "out/campaign.json"
}
