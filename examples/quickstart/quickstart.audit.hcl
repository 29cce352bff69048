# A whole audit, on the simulator:
#
#   notifyaudit --manifest examples/quickstart --simulator apply -auto-approve
#
# It leaves audit.db (what is known) and out/ (the reports) beside this file. Run
# it again at once: only what is due is asked.
#
# Some of its messages can't be read, so that you see what that looks like: the
# run ends with exit status 3, "done, but some messages could not be read".
# simulator.json says what the simulator answers; the real API knows none of this.

audit {
  title    = "November notices"
  language = "en"            # of the reports: "en" or "zh-CN"
  timezone = "Asia/Shanghai" # of every printed time

  # When a message that was read before is asked again. Calls cost quota.
  refresh {
    after      = "1h" # not sooner than this after its last reading
    age        = 0.1  # and not before a tenth of its age has passed since
    stop_after = "0s" # never stop: this example has no end. The default is "30d"
  }

  backend "sqlite" {
    path = "audit.db"
  }
}

# Values from outside: -var app_key=…, the environment (NOTIFYAUDIT_VAR_app_key)
# or a file with the value (NOTIFYAUDIT_VAR_app_secret_FILE, a mounted secret).
variable "app_key" {
  type    = string
  default = "dingquickstart"
}

# The simulator takes any secret. Leave the default out in a manifest of yours: a
# secret does not belong in a file that is shared.
variable "app_secret" {
  type      = string
  sensitive = true
  default   = "for-the-simulator-only"
}

# One credential, and how much it may ask.
provider "dingtalk" {
  endpoint   = "https://api.dingtalk.io" # mainland organisations: https://api.dingtalk.com
  app_key    = var.app_key
  app_secret = var.app_secret
  robot_code = "dingnoticebot" # of its messages

  limit {
    requests_per_second = 20   # what the standard edition allows
    requests_per_month  = 5000 # of the whole organisation
    reserve             = 500  # left for the organisation's other programs
  }

  # Short, because this example fails on purpose. The defaults wait longer.
  retry {
    max_attempts = 4
    min_backoff  = "100ms"
    max_backoff  = "1s"
  }
}

# A second credential, of another organisation with a month of its own. It may
# make one call a run: what that doesn't pay for is deferred to the next run.
provider "dingtalk" {
  alias      = "partner"
  app_key    = "dingpartner"
  app_secret = var.app_secret
  robot_code = "dingpartnerbot"

  limit {
    requests_per_second = 20
    requests_per_run    = 1
  }
}

# The people. user_id is the only column that must be there; the others make the
# reports useful. Who has a date in "left" stays in the count of what they were
# sent and is in no list of people to remind.
audience "staff" {
  source = "staff.csv"
}

audience "leads" {
  user_ids = [
    "aisha.rahman", "chen.jing", "grace.liu", "helen.fischer",
    "tom.becker", "wang.fang", "yang.fan", "zhang.wei",
  ]
}

# A private-chat key has one recipient: 40 payslips are 40 keys, one a row. Which
# column is what is said in "columns"; "key" names the rows in their addresses,
# messages.payslips["E1001"].
messages "payslips" {
  source = "payslips.csv"
  key    = "employee"

  columns = {
    process_query_key = "query_key"
    title             = "subject"
    sent_at           = "sent"
    audience          = "recipient"
  }

  roster = audience.staff # names and departments for the ids in the rows
  target = 0.8            # wanted read rate
}

# What the reports call the 40 messages: they are one campaign, named as their block.
campaign "payslips" {
  title = "Payslips, November"
}

# A notice to many is a group message, and one key.
message "benefits" {
  kind              = "group"
  process_query_key = "KnaAHci0PuwvWXa0IluxoCCy7O9n/VqlT1VgsHHQZf9C"
  title             = "Benefits enrolment opens · 福利登记开始"
  sent_at           = "2026-11-18T09:00:00+08:00"
  audience          = audience.staff
  target            = 0.9
  tags              = { owner = "people team" }
}

# Everybody has read this one. Once that is known it is settled, and never asked
# again.
message "offsite" {
  kind              = "group"
  process_query_key = "Kna6Uf+zT/3KjzVx9zvKCff3x0+qHFbdu95YhCwmIE1S"
  title             = "Leadership offsite: agenda"
  sent_at           = "2026-11-19T14:00:00+08:00"
  audience          = audience.leads
  target            = 1
}

# The window of this one closed before anybody asked: it is frozen, and its people
# stay unknown. They are not counted as unread.
message "fire_drill" {
  kind              = "group"
  process_query_key = "KnaB+V1cXlfR7fGlIhBKnnKKgtPaiy3rqtsxfs0ZAhIw"
  title             = "消防演习通知"
  sent_at           = "2026-11-16T15:00:00+08:00"
  window            = "24h" # how long after sending the key can be asked
  audience          = ["chen.jing", "liu.yang", "song.jia", "sun.hao", "xu.lei", "zhao.xue", "zhou.mei"]
}

# Only the number of people is known: there is a rate, and no list.
message "partner_day" {
  provider          = dingtalk.partner
  kind              = "group"
  process_query_key = "KnagggiNfNodeEN0HwPQkoPcXjtPgMLu+oYFW62RrGPt"
  title             = "Partner day: how to register"
  sent_at           = "2026-11-19T10:00:00+08:00"
  audience          = 25
  target            = 0.75
  campaign          = "partners" # messages with the same campaign are counted together
}

message "partner_survey" {
  provider          = dingtalk.partner
  kind              = "group"
  process_query_key = "Knancc39BuJuCLTJ3wzgN8ZwnEnodnANhsc8LhHlC0fr"
  title             = "Partner survey"
  sent_at           = "2026-11-20T10:00:00+08:00"
  audience          = 25
  campaign          = "partners"
}

report "excel" {
  path = "out/quickstart.xlsx"
}

report "csv" {
  directory = "out/csv"
}

report "json" {
  path = "out/quickstart.json"
}

# One file to open in a browser: it loads nothing, and needs no JavaScript.
report "html" {
  path = "out/quickstart.html"
}

# The summary and the lowest ten, for a chat or a pull request.
report "markdown" {
  path = "out/quickstart.md"
}
