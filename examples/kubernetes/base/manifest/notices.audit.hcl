# What the CronJob audits. kustomize makes a ConfigMap of this file and of the
# overlay's audit.audit.hcl. The tables name people: they are in a Secret. Both are
# mounted as one folder.

variable "app_key" {
  type        = string
  description = "Of the internal app that owns the robot."
}

variable "app_secret" {
  type        = string
  sensitive   = true
  description = "From the mounted Secret: NOTIFYAUDIT_VAR_app_secret_FILE."
}

provider "dingtalk" {
  endpoint   = "https://api.dingtalk.io" # mainland organisations: https://api.dingtalk.com
  app_key    = var.app_key
  app_secret = var.app_secret
  robot_code = "dingnoticebot"

  limit {
    requests_per_second = 20
    requests_per_month  = 5000
    reserve             = 500 # left for the organisation's other programs
  }

  retry {
    give_up_after = "10m" # exit status 75: the Job then starts another pod
  }
}

audience "staff" {
  source = "staff.csv"
}

message "travel_policy" {
  kind              = "group"
  process_query_key = "KnaTravelPolicy2026="
  title             = "Travel policy 2027"
  sent_at           = "2026-11-20T09:00:00+08:00"
  audience          = audience.staff
  target            = 0.9
  campaign          = "policies"
}

# One row, one recipient: a private-chat key has no more.
messages "payslips" {
  source   = "messages.csv"
  key      = "key"
  columns  = { process_query_key = "process_query_key", title = "title", audience = "recipient" }
  roster   = audience.staff
  sent_at  = "2026-11-20T10:00:00+08:00"
  target   = 0.8
  campaign = "payslips"
}

report "excel" {
  path = "out/notices.xlsx"
}

report "csv" {
  directory = "out/csv"
}

report "json" {
  path = "out/notices.json"
}
