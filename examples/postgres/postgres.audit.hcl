# The state in PostgreSQL, for machines whose disks don't stay:
#
#   export NOTIFYAUDIT_VAR_database_url="postgres://audit:PASSWORD@db.example/audit?sslmode=verify-full"
#   notifyaudit --manifest examples/postgres --simulator apply -auto-approve
#
# Without the variable the simulator keeps its state in a file, so that this runs
# without a server too. README.md beside this file has the rest.

audit {
  title = "Office notices"

  backend "postgres" {
    url    = var.database_url
    schema = "office" # one for each audit of the database; it is made
  }

  refresh {
    stop_after = "0s" # never stop: this example has no end. The default is "30d"
  }
}

# A URL as libpq has it. The password is in it, so it comes from outside:
# NOTIFYAUDIT_VAR_database_url, or NOTIFYAUDIT_VAR_database_url_FILE for a mounted
# secret. It is never shown and never stored.
variable "database_url" {
  type      = string
  sensitive = true
}

variable "app_secret" {
  type      = string
  sensitive = true
  default   = "for-the-simulator-only"
}

provider "dingtalk" {
  app_key    = "dingoffice"
  app_secret = var.app_secret
  robot_code = "dingofficebot"
}

audience "office" {
  user_ids = ["chen.jing", "li.na", "liu.yang", "wang.fang"]
}

message "fire-drill" {
  process_query_key = "KnaPostgresFireDrillOnTheTwentieth0000000001"
  kind              = "group"
  sent_at           = "2026-11-20T09:00:00+08:00"
  audience          = audience.office
}

message "new-desks" {
  process_query_key = "KnaPostgresNewDesksOnTheSecondFloor000000002"
  kind              = "group"
  sent_at           = "2026-11-20T10:00:00+08:00"
  audience          = audience.office
}

report "excel" {
  path = "out/postgres.xlsx"
}

report "csv" {
  directory = "out/csv"
}

report "json" {
  path = "out/postgres.json"
}
