# Of the audit as a whole, and where its state is.

audit {
  title    = "Policy notices"
  language = "en"
  timezone = "Asia/Shanghai"

  refresh {
    after      = "50m" # the job runs once an hour
    age        = 0.1
    stop_after = "30d"
  }

  backend "postgres" {
    url = var.database_url
    # Once the first run has made it, say so. An empty database then stops the job
    # (exit status 78) instead of asking everything again.
    # create = false
  }
}

variable "database_url" {
  type        = string
  sensitive   = true
  description = "postgres://user:password@host/database?sslmode=verify-full, from the mounted Secret."
}
