# The results of every run go to people and programs. With --simulator nothing is sent:
# notifyaudit --manifest examples/delivery --data-dir out --simulator apply -auto-approve

audit {
  title    = "员工福利通知"
  language = "zh-CN"
  timezone = "Asia/Shanghai"
}

variable "app_secret" {
  type      = string
  sensitive = true
}
variable "smtp_password" {
  type      = string
  sensitive = true
}
variable "store_secret" {
  type      = string
  sensitive = true
}
variable "robot_webhook" {
  type      = string
  sensitive = true
}
variable "robot_secret" {
  type      = string
  sensitive = true
}
variable "intake_token" {
  type      = string
  sensitive = true
}

provider "dingtalk" {
  endpoint   = "https://api.dingtalk.com"
  app_key    = "dingdelivery"
  app_secret = var.app_secret
  robot_code = "dingdelivery"
}

message "benefits" {
  kind              = "group"
  process_query_key = "Kna0123="
  title             = "福利登记开始"
  audience          = 120
}

report "excel" { path = "out/福利 ${run.date}.xlsx" }
report "html" "board" {
  path   = "out/board.html"
  people = "aggregate"
}
report "markdown" {
  path   = "out/summary.md"
  people = "aggregate"
}
report "json" { path = "out/audit.json" }

# HR gets the workbook after every run.
deliver "email" "hr" {
  host     = "smtp.example.com"
  username = "audit@example.com"
  password = var.smtp_password
  from     = "通知审计 <audit@example.com>"
  to       = ["HR <hr@example.com>"]
  subject  = "福利通知 ${run.date}"
  reports  = ["excel"]
}

# The platform team hears of it when something could not be read or a check failed.
deliver "email" "platform" {
  host     = "smtp.example.com"
  username = "audit@example.com"
  password = var.smtp_password
  from     = "audit@example.com"
  to       = ["platform@example.com"]
  on       = "problem"
  reports  = ["html.board"]
}

# Every report is kept in a bucket.
deliver "s3" "archive" {
  endpoint   = "https://oss-cn-hangzhou.aliyuncs.com"
  region     = "cn-hangzhou"
  bucket     = "example-audits"
  prefix     = "benefits/${run.date}"
  access_key = "LTAI0123456789"
  secret_key = var.store_secret
}

# A group reads the summary, which names nobody.
deliver "dingtalk" "group" {
  webhook = var.robot_webhook
  secret  = var.robot_secret
}

# A program gets the JSON report.
deliver "webhook" "intake" {
  url   = "https://intake.example.com/audits"
  token = var.intake_token
}
