# survey: the design is made and the two ratios of sums are compared in each run.
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(here), "session.R"))
needs("survey")
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust")

serve("survey", list(
  ratio = list(
    data = function() table_of("schools"),
    run = function(d) {
      d$cell <- interaction(d$authority, d$treated)
      design <- svydesign(ids = ~1, strata = ~cell, weights = ~1, data = d)
      ratio <- function(arm) svyratio(~events, ~roll, subset(design, treated == arm))
      found <- list(ratio(0), ratio(1))
      estimate <- unlist(lapply(found, coef))
      variance <- unlist(lapply(found, function(each) vcov(each)[1]))
      c(estimate[2] - estimate[1], sqrt(sum(variance)), NA)
    }
  )
))
