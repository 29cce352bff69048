# What notifyaudit audits. Try it without credentials:
#
#   notifyaudit plan  --simulator
#   notifyaudit apply --simulator -auto-approve
#
# With your own robot:
#
#   export NOTIFYAUDIT_VAR_app_key=...
#   export NOTIFYAUDIT_VAR_app_secret_FILE=/path/to/a/file/with/the/secret
#   notifyaudit plan

audit {
  title    = "Benefits enrolment"
  language = "en"  # of the reports: "en" or "zh-CN"
  timezone = "UTC" # of every printed time, such as "Asia/Shanghai"

  refresh {
    after      = "1h"  # a message is not asked again sooner than this,
    age        = 0.1   # nor before a tenth of its age has passed,
    stop_after = "30d" # nor ever once it is this old
  }

  backend "sqlite" {
    path = "audit.db" # what was read so far; below --data-dir
  }
}

variable "app_key" {
  type        = string
  description = "The app's key (Client ID) in the DingTalk developer console"
}

variable "app_secret" {
  type        = string
  description = "The app's secret (Client Secret)"
  sensitive   = true # never shown, never stored
}

provider "dingtalk" {
  endpoint = "https://api.dingtalk.io" # mainland China: "https://api.dingtalk.com"

  # An internal app. A third-party app has suite_key, suite_secret, suite_ticket and
  # auth_corp_id instead, a unified one client_id, client_secret and corp_id.
  app_key    = var.app_key
  app_secret = var.app_secret
  robot_code = "dingstarter" # the robot that sent the messages

  limit {
    requests_per_second = 20
    requests_per_month  = 5000 # the organisation's quota
    reserve             = 500  # left of it for everybody else
  }
}

# The people. A column other than user_id, name, department, manager, email,
# location, joined and left is kept for segments. If your table names its columns
# otherwise, map them: columns = { user_id = "工号" }
audience "staff" {
  source = "staff.csv"
}

# One notice to a group chat: one key, many readers. From the robot to at most 20
# people one by one, the kind is "one_to_one".
message "benefits" {
  kind              = "group"
  process_query_key = "starter-benefits"
  title             = "Benefits enrolment opens"
  sent_at           = "2026-11-20T09:00:00+00:00"
  audience          = audience.staff
  target            = 0.9 # the read rate you want
}

# Notices in private chats: each has a key and one recipient, so they are rows of
# a table. The names of the columns are those of a message's arguments.
messages "reminders" {
  source   = "messages.csv"
  key      = "employee" # names a row: messages.reminders["u01"]
  columns  = { audience = "employee" }
  roster   = audience.staff
  title    = "Benefits: your reminder"
  campaign = "reminders"
}

report "excel" { path = "out/audit-${run.date}.xlsx" }
report "csv" { directory = "out/csv" }
report "json" { path = "out/audit.json" }
