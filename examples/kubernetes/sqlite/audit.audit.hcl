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

  backend "sqlite" {
    path = "audit.db" # below --data-dir, so on the volume
    # Once the first run has made it, say so. A volume that is missing or new
    # then stops the job (exit status 78) instead of asking everything again.
    # create = false
  }
}
