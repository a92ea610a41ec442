# geepack: rows of a cluster together, model frame without what is not used.
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(here), "session.R"))
needs("geepack")

serve("geepack", list(
  gee = list(
    data = function() table_of("pupils", c("event", "treated", "authority", "school")),
    run = function(d) {
      fit <- geepack::geeglm(
        event ~ 0 + authority + treated, data = d, id = school, family = binomial,
        corstr = "exchangeable"
      )
      shown <- coef(summary(fit))["treated", ]
      c(shown[[1]], shown[[2]], NA)
    }
  )
))
