# lmerTest: lme4's fit with its fastest documented control, then Satterthwaite's degrees of
# freedom of the treatment alone.
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(here), "session.R"))
needs("lmerTest")

serve("lmerTest", list(
  reml = list(
    data = function() table_of("pupils", c("score", "treated", "baseline", "authority", "school")),
    run = function(d) {
      control <- lme4::lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE)
      fit <- lmerTest::lmer(
        score ~ 0 + authority + treated + baseline + (1 | school), d, control = control
      )
      names <- names(lme4::fixef(fit))
      shown <- lmerTest::contest1D(fit, as.numeric(names == "treated"))
      c(lme4::fixef(fit)[["treated"]], shown[["Std. Error"]], shown[["df"]])
    }
  )
))
