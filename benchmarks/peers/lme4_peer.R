# lme4: no derivative checks after the fit and nloptwrap, as ?convergence and the lme4
# performance vignette (lmerperf) advise for large data; no degrees of freedom (see lmerTest).
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(here), "session.R"))
needs("lme4")
suppressMessages(library(lme4))

mixed <- function(fit) {
  shown <- coef(summary(fit))["treated", ]
  c(shown[[1]], shown[[2]], NA)
}
linear <- lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE)
# For counts nloptwrap and the default tolPwrss stop where the estimate differs in the third or
# fourth digit; bobyqa with a tighter one is the fastest that reaches the maximum.
counts <- glmerControl(optimizer = "bobyqa", calc.derivs = FALSE, tolPwrss = 1e-10)

binomial_of <- function(nodes) function(d) {
  mixed(glmer(
    cbind(events, roll - events) ~ 0 + authority + treated + (1 | school), d,
    family = binomial, control = counts, nAGQ = nodes
  ))
}

serve("lme4", list(
  reml = list(
    data = function() table_of("pupils", c("score", "treated", "baseline", "authority", "school")),
    run = function(d) {
      mixed(lmer(score ~ 0 + authority + treated + baseline + (1 | school), d, control = linear))
    }
  ),
  binomial = list(data = function() table_of("schools"), run = binomial_of(1)),
  `binomial-9` = list(data = function() table_of("schools"), run = binomial_of(9)),
  poisson = list(
    data = function() table_of("schools"),
    run = function(d) {
      mixed(glmer(
        events ~ 0 + authority + treated + offset(log(roll)) + (1 | school), d,
        family = poisson, control = counts
      ))
    }
  )
))
