# estimatr: authorities absorbed. Its CR2 makes matrices of pupils by pupils for each school, and
# its weighted CR2 is another error, so that means of schools are no way round.
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(here), "session.R"))
needs("estimatr")

serve("estimatr", list(
  cr2 = list(
    data = function() {
      table_of("pupils", c("score", "treated", "baseline", "authority", "school"))
    },
    run = function(d) {
      fit <- estimatr::lm_robust(
        score ~ treated + baseline, d,
        clusters = school, fixed_effects = ~authority, se_type = "CR2"
      )
      c(fit$coefficients[["treated"]], fit$std.error[["treated"]], fit$df[["treated"]])
    }
  )
))
