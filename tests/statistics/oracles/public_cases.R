# The tables and cases of public.R.

# ---- AER: Project STAR, kindergarten; classes are drawn inside schools
public("STAR", "AER")
star <- function(outcome, ...) case("STAR", outcome, "stark", "schoolidk", reference = "regular", ...)
for (error in c("cr0", "cr1", "cr1s", "cr2", "cr3"))
  star("mathk", "ols", arm = "small", covariates = c("gender", "lunchk", "experiencek"), se = error)
star("mathk", "ols", arm = "small", strata = "schoolidk", covariates = "gender")
star("readk", "ols", strata = "schoolk", covariates = "ethnicity", df = "clusters")
star("mathk", "lmm", arm = "small", covariates = c("gender", "lunchk", "experiencek"))
star("readk", "lmm", arm = "small", df = "kenward-roger")
star("mathk", "lmm", level = "systemk", covariates = "gender")
case("STAR", "mathk", "lunchk", "schoolidk", "gee", covariates = "gender")

# ---- mlmRev: schools, districts, families
public("Exam", "mlmRev"); public("Hsb82", "mlmRev"); public("Chem97", "mlmRev")
public("egsingle", "mlmRev"); public("Mmmec", "mlmRev"); public("Early", "mlmRev")
public("Contraception", "mlmRev", equals = list(user = c("use", "Y")))
public("guPrenat", "mlmRev", equals = list(modern = c("prenat", "Modern")))
case("Exam", "normexam", "standLRT", "school", "lmm")
case("Exam", "normexam", "schgend", "school", "lmm", covariates = c("standLRT", "intake", "sex"))
case("Exam", "normexam", "type", "school", "lmm", covariates = "standLRT", df = "kenward-roger")
case("Exam", "normexam", "sex", "school", "gee", covariates = "standLRT", se = "md")
case("Exam", "normexam", "type", "school", "ols", estimand = "school-average")
case("Hsb82", "mAch", "sector", "school", "lmm", reference = "Public", covariates = "cses")
case("Hsb82", "mAch", "sector", "school", "ols", reference = "Public", covariates = c("ses", "minrty"))
case("Hsb82", "mAch", "sector", "school", "ols", strata = c("minrty", "sx"), covariates = "ses",
     estimand = "school-average")
case("Chem97", "score", "gender", "school", "lmm", level = "lea", covariates = c("gcsecnt", "age"))
case("egsingle", "math", "female", "childid", "lmm", level = "schoolid",
     covariates = c("year", "retained"))
case("egsingle", "math", "lowinc", "childid", "lmm", level = "schoolid", covariates = "year")
case("Early", "cog", "trt", "id", "lmm", covariates = "age", df = "kenward-roger")
for (nodes in c(1, 25))
  case("Contraception", "user", "urban", "district", "binomial", covariates = c("age", "livch"),
       quadrature = nodes, marginal = TRUE)
case("Contraception", "user", "urban", "district", "gee", covariates = "age", marginal = TRUE)
case("guPrenat", "modern", "indig", "mom", "binomial", level = "cluster",
     covariates = c("childAge", "motherAge"))
for (nodes in c(1, 30))
  case("Mmmec", "deaths", "uvb", "region", "poisson", trials = "expected", quadrature = nodes)
case("Mmmec", "deaths", "uvb", "region", "poisson", trials = "expected", level = "nation")
case("Mmmec", "deaths", "uvb", "region", "negbin", trials = "expected", strata = "nation")

# ---- clubSandwich's examples
girls <- quote(year == "2001" & sex == "Girl")
public("AchievementAwardsRCT", "clubSandwich", where = girls,
      keep = c("school_id", "school_type", "pair", "treated", "siblings", "father_ed", "lagscore",
               "Bagrut_status"))
awards <- function(...) case("AchievementAwardsRCT", "Bagrut_status", "treated", "school_id", ...)
for (error in c("cr0", "cr1", "cr1s", "cr2", "cr3"))
  awards("ols", covariates = c("siblings", "father_ed", "school_type"), se = error)
awards("ols", strata = "school_type", covariates = "siblings", estimand = "school-average")
awards("lmm", covariates = "lagscore")
awards("lmm", covariates = "lagscore", df = "kenward-roger")
case("AchievementAwardsRCT", "lagscore", "treated", "school_id", "lmm", level = "pair")
for (nodes in c(1, 25)) awards("binomial", covariates = "lagscore", quadrature = nodes)
for (error in c("robust", "md", "kc", "fg")) awards("gee", covariates = "siblings", se = error)
public("SATcoaching", "clubSandwich", keep = c("study", "study_type", "year", "test", "d", "nT"))
for (error in c("cr0", "cr2", "cr3"))
  case("SATcoaching", "d", "study_type", "study", "ols", weights = "nT", covariates = "year",
       reference = "Randomized", se = error)
case("SATcoaching", "d", "test", "study", "lmm", df = "kenward-roger")
public("dropoutPrevention", "clubSandwich",
      keep = c("LOR1", "studyID", "studySample", "study_design", "attrition", "male_pct",
               "average_age"))
for (error in c("cr1", "cr2", "cr3"))
  case("dropoutPrevention", "LOR1", "study_design", "studyID", "ols", weights = "average_age",
       covariates = c("attrition", "male_pct"), reference = "Randomized", se = error)
case("dropoutPrevention", "LOR1", "attrition", "studySample", "lmm", level = "studyID")
case("dropoutPrevention", "LOR1", "study_design", "studySample", "lmm", level = "studyID",
     weights = "average_age", covariates = "attrition", df = "kenward-roger",
     reference = "Randomized")
public("MortalityRates", "clubSandwich", where = quote(cause == "Motor Vehicle" & year < 1984),
      keep = c("year", "state", "count", "pop", "legal", "beertaxa", "mrate"))
for (error in c("cr1", "cr2"))
  case("MortalityRates", "mrate", "legal", "state", "ols", strata = "year", covariates = "beertaxa",
       se = error)
case("MortalityRates", "mrate", "legal", "state", "ols", weights = "pop", covariates = "beertaxa")
case("MortalityRates", "mrate", "legal", "state", "lmm", weights = "pop", covariates = "beertaxa")
case("MortalityRates", "count", "legal", "state", "poisson", trials = "pop", covariates = "beertaxa")
case("MortalityRates", "count", "legal", "state", "binomial", trials = "pop", covariates = "beertaxa")
case("MortalityRates", "count", "legal", "state", "negbin", trials = "pop", covariates = "beertaxa")

# ---- sandwich, estimatr, survey
public("PetersenCL", "sandwich")
for (error in c("cr0", "cr1", "cr1s", "cr2", "cr3"))
  case("PetersenCL", "y", "x", "firm", "ols", se = error)
public("alo_star_men", "estimatr", keep = c("gpa0", "sfsp", "GPA_year1"))
frames$alo_star_men$student <- tables$alo_star_men$columns$student <- seq_len(nrow(frames$alo_star_men))
for (error in c("hc2", "hc3"))
  case("alo_star_men", "GPA_year1", "sfsp", "student", "ols", covariates = "gpa0", se = error)
public("apiclus1", "survey", keep = c("dnum", "stype", "api00", "sch.wide", "meals", "ell", "pw", "enroll"))
case("apiclus1", "api00", "sch.wide", "dnum", "ols", covariates = c("ell", "meals", "stype"))
case("apiclus1", "api00", "stype", "dnum", "ols", weights = "pw", covariates = "meals", se = "cr3")
case("apiclus1", "api00", "sch.wide", "dnum", "ols", weights = "enroll", covariates = "enroll")
case("apiclus1", "api00", "sch.wide", "dnum", "lmm", covariates = "meals", df = "kenward-roger")

# ---- nlme, MASS, lme4
for (name in c("Orthodont", "RatPupWeight", "Machines", "MathAchieve")) public(name, "nlme")
case("Orthodont", "distance", "Sex", "Subject", "lmm", covariates = "age")
case("RatPupWeight", "weight", "Treatment", "Litter", "lmm", covariates = c("sex", "Lsize"),
     df = "kenward-roger")
case("RatPupWeight", "weight", "Treatment", "Litter", "ols", covariates = c("sex", "Lsize"))
case("Machines", "score", "Machine", "Worker", "lmm", df = "kenward-roger")
case("MathAchieve", "MathAch", "Minority", "School", "lmm", covariates = c("Sex", "SES"))
public("nlschools", "MASS"); public("epil", "MASS")
public("bacteria", "MASS", equals = list(present = c("y", "y")))
case("nlschools", "lang", "COMB", "class", "lmm", covariates = c("IQ", "SES", "GS"))
case("nlschools", "lang", "COMB", "class", "ols", covariates = c("IQ", "SES", "GS"))
case("bacteria", "present", "ap", "ID", "binomial", covariates = "week", marginal = TRUE)
case("bacteria", "present", "ap", "ID", "binomial", covariates = "week", quadrature = 60)
case("epil", "y", "trt", "subject", "poisson", covariates = c("lbase", "lage", "V4"), marginal = TRUE)
case("epil", "y", "trt", "subject", "poisson", covariates = c("lbase", "lage", "V4"), quadrature = 25)
case("epil", "y", "trt", "subject", "negbin", covariates = c("lbase", "lage", "V4"))
case("epil", "y", "trt", "subject", "gee", covariates = c("lbase", "V4"), family = "poisson",
     marginal = TRUE)
for (name in c("sleepstudy", "Pastes", "InstEval", "grouseticks")) public(name, "lme4")
public("VerbAgg", "lme4", equals = list(yes = c("r2", "Y")))
public("cbpp", "lme4", join = list(visit = c("herd", "period")))
case("sleepstudy", "Reaction", "Days", "Subject", "lmm", df = "kenward-roger")
case("Pastes", "strength", "cask", "sample", "lmm", level = "batch")
case("InstEval", "y", "service", "d", "lmm", covariates = "studage")
case("VerbAgg", "yes", "Gender", "id", "binomial", covariates = c("Anger", "btype"))
for (nodes in c(1, 25))
  case("cbpp", "incidence", "period", "herd", "binomial", trials = "size", reference = "1",
       quadrature = nodes)
case("cbpp", "incidence", "period", "herd", "poisson", trials = "size", reference = "1")
case("cbpp", "incidence", "period", "visit", "betabinomial", trials = "size", reference = "1")
case("cbpp", "incidence", "period", "herd", "gee", trials = "size", reference = "1", se = "kc")
case("grouseticks", "TICKS", "cHEIGHT", "BROOD", "poisson", level = "LOCATION")
case("grouseticks", "TICKS", "YEAR", "BROOD", "negbin", covariates = "cHEIGHT", reference = "95")

# ---- glmmTMB
public("Owls", "glmmTMB", keep = c("Nest", "FoodTreatment", "SexParent", "ArrivalTime",
                                  "SiblingNegotiation", "BroodSize"))
public("Salamanders", "glmmTMB", keep = c("site", "mined", "spp", "cover", "count"))
for (model in c("poisson", "negbin"))
  case("Owls", "SiblingNegotiation", "FoodTreatment", "Nest", model, trials = "BroodSize",
       covariates = c("SexParent", "ArrivalTime"))
case("Salamanders", "count", "mined", "site", "poisson", strata = "spp", marginal = TRUE)
case("Salamanders", "count", "mined", "site", "negbin", covariates = "spp")
case("Salamanders", "count", "mined", "site", "poisson", covariates = "cover", quadrature = 35)

# ---- geepack
public("ohio", "geepack"); public("dietox", "geepack"); public("sitka89", "geepack")
public("respiratory", "geepack", join = list(person = c("center", "id")))
public("spruce", "geepack", join = list(tree = c("chamber", "id")))
for (nodes in c(1, 50))
  case("ohio", "resp", "smoke", "id", "binomial", covariates = "age", quadrature = nodes,
       marginal = TRUE)
for (nodes in c(1, 60))
  case("respiratory", "outcome", "treat", "person", "binomial", reference = "P",
       covariates = c("center", "sex", "age", "baseline"), quadrature = nodes, marginal = TRUE)
for (error in c("robust", "md", "kc", "fg")) {
  case("ohio", "resp", "smoke", "id", "gee", covariates = "age", se = error,
       marginal = error == "robust")
  case("respiratory", "outcome", "treat", "person", "gee", reference = "P",
       covariates = c("center", "sex", "age", "baseline"), se = error,
       marginal = error == "robust")
}
case("dietox", "Weight", "Cu", "Pig", "gee", covariates = "Time")
case("dietox", "Weight", "Evit", "Pig", "lmm", level = "Litter", covariates = c("Time", "Cu"))
case("spruce", "logsize", "ozone", "tree", "gee", covariates = "time")
case("sitka89", "size", "treat", "tree", "gee", covariates = "time", se = "fg")

# ---- beside `fit`: sums over sums by arm (survey), an exact permutation test (enumerated here)
public("apistrat", "survey", keep = c("stype", "sch.wide", "api.stu", "enroll"))
suppressMessages(library(survey))
strata <- frames$apistrat; strata$cell <- paste(strata$stype, strata$sch.wide)
design <- svydesign(ids = ~1, strata = ~cell, weights = ~1, data = strata)
extras$ratio <- unlist(lapply(c("No", "Yes"), function(arm) {
  ratio <- svyratio(~api.stu, ~enroll, subset(design, sch.wide == arm))
  c(coef(ratio), sqrt(vcov(ratio)))
}))
lots <- aggregate(Thickness ~ Lot + Source, nlme::Oxide, mean)
welch <- function(treated) unname(t.test(lots$Thickness[treated], lots$Thickness[-treated])$statistic)
all_draws <- combn(nrow(lots), 4, welch)
first <- welch(which(lots$Source == "2"))
extras$permutation <- list(t = first, draws = length(all_draws),
                           p = mean(abs(all_draws) >= abs(first) * (1 - 1e-9)))
