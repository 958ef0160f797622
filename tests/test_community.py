"""``sim community``: public tables become fields as docs/scenario_rubric.md says, and as the
shipped scenarios have them.

All tables here are made up in the columns of their formats; figures of districts are from
docs/communities.csv, where a test says so.
"""

import json
import re
import tomllib
import tracemalloc

import pytest
from command import sim
from conftest import ROOT, SCENARIOS

from sim import load_scenario
from sim.io.errors import InputError
from sim.scenario.community import community
from sim.scenario.public.tables import Table, district_names

pytestmark = pytest.mark.once

COMMUNITIES = ROOT / "docs" / "communities.csv"
PLACES = {  # Name -> scenario, id; the means of docs/communities.csv: all, not poor, poor, SES.
    "mountain_view": ("0626280", 0.48, 2.31, -1.36, 0.65),
    "cheshire": ("0900750", 1.98, 2.13, 0.03, 1.81),
    "elizabeth": ("3404590", -0.27, 0.48, -0.38, -0.70),
    "school_of_one": ("3620580", -0.17, 1.61, -0.52, -0.97),
    "village_high": ("0801920", 1.70, 1.98, 0.24, 1.58),
}
CODED = ("achievement_mean", "achievement_sd", "share_poor", "poor_gap", "ses_sd")

# Of the wide files of the Common Core of Data: two middle schools and a primary school.
CCD = """NCESSCH,LEAID,LEA_NAME,SCH_NAME,ULOCALE,TOTFRL,G05,G06,G07,G08,MEMBER,FTE
062628000001,0626280,Mountain View Whisman,East Middle,21,300,-2,250,240,230,720,36.5
062628000002,0626280,Mountain View Whisman,West Middle,21,260,-2,250,250,250,750,38
062628000003,0626280,Mountain View Whisman,Primary,21,1240,520,-2,-2,-2,3530,180.5
"""
# As ELSI exports: lines before the header and below the table, ids and numbers as formulas.
ELSI = """ELSI Export
"U.S. Department of Education, Common Core of Data"

School Name,School ID - NCES Assigned [Public School] Latest available year,\
Agency Name [Public School] 2016-17,Agency ID - NCES Assigned [Public School] Latest available year,\
Total Students All Grades (Excludes AE) [Public School] 2015-16,\
Total Students All Grades (Excludes AE) [Public School] 2016-17,Grade 6 Students [Public School] 2016-17,\
Free and Reduced Lunch Students [Public School] 2016-17,Full-Time Equivalent (FTE) Teachers [Public School] 2016-17
EAST MIDDLE,="062628000001",MOUNTAIN VIEW WHISMAN,="0626280",="1","1,720",250,300,36.50
WEST MIDDLE,="062628000002",MOUNTAIN VIEW WHISMAN,="0626280",="1",750,="250",‡,†
PRIMARY,="062628000003",MOUNTAIN VIEW WHISMAN,="0626280",="1",3530,†,–,180
Data Source: U.S. Department of Education
† indicates that the data are not applicable.
"""


def seda(place: str, scale: str = "gcs", estimate: str = "eb", centre: float = 5.5) -> str:
    """A pooled file of SEDA, one row a subgroup, with the figures of docs/communities.csv."""
    key, *means, ses = PLACES[place]
    rows = []
    for group, mean in zip(("all", "nec", "ecd"), means, strict=True):
        reported = f"{mean + centre:.2f}" if scale == "gcs" else f"{0.3 * mean:.4f}"
        rows.append(f"{key.lstrip('0')},{place},XX,{group},0,{centre},{reported},{ses}")
    head = f"sedalea,sedaleaname,stateabb,subgroup,gap,gradecenter,{scale}_mn_avg_{estimate},sesavgall"
    return "\n".join([head, *rows, f"{key},{place},XX,neg,1,{centre},3.67,{ses}"]) + "\n"


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "table.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def fields(*arguments, **options) -> dict:
    return {line.field.partition(".")[2]: line.value for line in community(list(arguments), **options).lines}


def comments(*arguments, **options) -> dict:
    return {line.field.partition(".")[2]: line.comment for line in community(list(arguments), **options).lines}


# --- the documented districts ---------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", ["communities", "gcs", "gcs, ordinary least squares", "cohort scale"])
def test_the_documented_districts_come_out_as_the_scenarios_have_them(place, form, write):
    shipped = load_scenario(SCENARIOS / f"{place}.toml").population
    scale, estimate = ("cs" if form == "cohort scale" else "gcs"), ("ol" if "ordinary" in form else "eb")
    table = COMMUNITIES if form == "communities" else write(seda(place, scale, estimate))
    found = fields(table, district=PLACES[place][0])
    assert {name: found[name] for name in CODED} == {name: getattr(shipped, name) for name in CODED}
    # Cheshire's 1.81 / 2 = .905 lies between two hundredths: the scenario has the lower.
    assert found["ses_mean"] == pytest.approx(shipped.ses_mean, abs=0.0101 if place == "cheshire" else 1e-9)
    assert abs(PLACES[place][4] / 2 - shipped.ses_mean) < 0.0051


def test_mountain_view_from_both_archives(write):
    found = fields(write(CCD, "ccd.csv"), write(seda("mountain_view"), "seda.csv"), grades="6")
    shipped = load_scenario(SCENARIOS / "mountain_view.toml")
    for name in ("families", "schools", "grades", *CODED, "ses_mean"):
        assert found[name] == getattr(shipped.population, name), name
    assert found["youngest_grade"] == shipped.students.youngest_grade
    assert found["constituency"] == shipped.board.constituency
    assert (found["bargaining_unit"], found["count"]) == (255, 4)


def test_each_line_tells_its_file_and_column_or_that_it_is_an_assumption(write):
    found = community([write(CCD, "ccd.csv"), write(seda("mountain_view"), "seda.csv")], grades="6")
    for line in found.lines:
        given = line.field in ("population.grades", "students.youngest_grade", "population.schools")
        assert given or re.search(r"(ccd|seda)\.csv: \w+|Assumption", line.comment), line
    assert "seda.csv: gcs_mn_avg_eb (nec), gcs_mn_avg_eb (ecd)" in found.toml
    assert "ccd.csv: G06" in found.toml


# --- the rubric's rules ---------------------------------------------------------------------------


def state(*rates: float, more: str = "") -> str:
    """Districts of one state by their lunch rates, in columns of the Common Core of Data."""
    rows = [f"{100001 + at:07},District {at},{round(1000 * rate)},1000" for at, rate in enumerate(rates)]
    return "LEAID,LEA_NAME,TOTFRL,MEMBER\n" + "\n".join(rows) + "\n" + more


def test_the_rubrics_worked_example_comes_out(write):
    """Riverton: 31% where the state's districts average 44% with an SD of 20 points."""
    reported = tomllib.loads(
        re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "scenario_rubric.md").read_text(), re.DOTALL)[0]
    )
    far = ((10 * 0.2**2 - 2 * 0.13**2) / 8) ** 0.5  # so that the SD is .20
    table = write(state(0.31, 0.57, *[0.44 - far] * 4, *[0.44 + far] * 4))
    found = fields(table, district="District 0")
    for name in ("ses_mean", "ses_sd", "achievement_mean", "achievement_sd", "share_poor", "poor_gap"):
        assert found[name] == reported["population"][name], name


def test_a_state_of_few_districts_has_no_spread(write):
    few = write(state(0.31, 0.57))
    assert fields(few, district="0100001")["ses_mean"] is None
    assert "2 districts" in comments(few, district="0100001")["ses_mean"]


def test_the_states_own_ses_from_the_archive_is_used(write):
    rates = [0.1 * at for at in range(1, 10)] + [0.5]
    archive = [f"{100002 + at:07},x,{at / 10}" for at in range(10)]
    table = write(state(*rates, more="0100011,last,500,1000\n"), "ccd.csv")
    cov = write("sedalea,sedaleaname,sesavgall\n" + "\n".join(archive) + "\n", "cov.csv")
    found = fields(table, cov, district="0100001")
    mean, sd = 0.5, (sum((rate - 0.5) ** 2 for rate in [*rates, 0.5]) / 11) ** 0.5
    assert found["ses_mean"] == pytest.approx(0.5 * ((mean - 0.1) / sd * 0.0825**0.5 + 0.45), abs=0.0051)


def test_schools_that_feed_all_their_children_tell_no_poverty(write):
    table = write(state(1.0))
    assert fields(table)["share_poor"] is None
    assert fields(table)["achievement_sd"] == 0.95
    assert "earlier year" in comments(table)["ses_mean"]


def test_schools_of_unequal_size(write):
    rows = "\n".join(f"06262800000{at},x,{size},{size}" for at, size in enumerate((400, 100, 100)))
    found = fields(write(f"NCESSCH,SCH_NAME,G07,MEMBER\n{rows}\n"), grades="7")
    assert (found["families"], found["schools"], found["count"]) == (600, 2, 5)


def test_means_that_do_not_fit_together_leave_the_share_to_lunch_rates(write):
    text = "sedalea,sedaleaname,subgroup,gradecenter,gcs_mn_avg_ol,perfrl\n"
    text += "626280,x,all,5.5,9,.25\n626280,x,nec,5.5,7,.25\n626280,x,ecd,5.5,5,.25\n"
    found = fields(write(text))
    assert (found["share_poor"], found["poor_gap"], found["achievement_sd"]) == (0.25, 0.6, 0.87)


def test_schools_that_are_named_have_their_own_mean(write):
    text = "sedasch,sedaschname,subgroup,gradecenter,gcs_mn_avg_eb\n"
    text += "62628000001,East Middle,all,7,8\n62628000002,West Middle,all,7,6\n62628000003,Primary,all,4,4\n"
    tables = write(CCD, "ccd.csv"), write(text, "schools.csv"), write(seda("mountain_view"), "seda.csv")
    both = fields(*tables, grades="6", schools="east middle, 062628000002")
    assert (both["achievement_mean"], both["families"], both["constituency"]) == (0.0, 500, 5000)
    assert both["share_poor"] == pytest.approx(2.31 / 3.67, abs=0.005)
    one = fields(*tables, grades="6-8", schools="East")
    assert (one["achievement_mean"], one["families"], one["schools"]) == (0.3, 720, 1)
    assert fields(*tables, grades="6")["achievement_mean"] == 0.14


def test_grades_that_do_not_adjoin_are_reported(write):
    table = write(CCD)
    found = fields(table, grades="5,7-8")
    assert (found["families"], found["grades"], found["youngest_grade"]) == (1490, 3, 5)
    assert "do not adjoin" in comments(table, grades="5,7-8")["grades"]


# --- the formats ----------------------------------------------------------------------------------


def test_an_export_of_elsi_with_what_is_missing(write):
    table = write("\ufeff" + ELSI)
    found, reported = fields(table, grades="6"), comments(table, grades="6")
    assert (found["families"], found["constituency"], found["bargaining_unit"]) == (500, 6000, 216)
    assert "1 more are missing" in reported["bargaining_unit"]
    assert "2016-17" in reported["constituency"]
    assert "in 1 of 3 schools" in reported["share_poor"]
    assert found["share_poor"] == 0.17


def test_long_files_of_the_common_core(write):
    head = "SCHOOL_YEAR,LEA_NAME,LEAID,GRADE,RACE_ETHNICITY,SEX,STUDENT_COUNT,TOTAL_INDICATOR\n"
    row = "2016-2017,Mountain View Whisman,0626280"
    none = "No Category Codes,No Category Codes"
    members = head + "".join(
        [
            f"{row},Grade 6,Asian,Female,60,Category Set A - By Race/Ethnicity; Sex; Grade\n",
            f"{row},Grade 6,{none},500,Subtotal 4 - By Grade\n",
            f"{row},Kindergarten,{none},520,Subtotal 4 - By Grade\n",
            f"{row},No Category Codes,{none},5100,Education Unit Total\n",
            f"{row},No Category Codes,{none},5000,Derived - Education Unit Total minus Adult Education Count\n",
        ]
    )
    head = "SCHOOL_YEAR,LEAID,NCESSCH,SCH_NAME,LUNCH_PROGRAM,STUDENT_COUNT,TOTAL_INDICATOR\n"
    row = "2016-2017,0626280,062628000001,East"
    lunch = head + "".join(
        [
            f"{row},Free lunch qualified,1500,Category Set A\n",
            f"{row},Reduced-price lunch qualified,300,Category Set A\n",
            f"{row},No Category Codes,1800,Education Unit Total\n",
        ]
    )
    school = "NCESSCH,TEACHERS,MEMBER\n062628000001,20,5000\n"
    staff = "LEAID,STAFF,STAFF_COUNT\n0626280,Teachers,250\n0626280,Librarians,4\n"
    tables = [write(text, f"{at}.csv") for at, text in enumerate((members, lunch, school, staff))]
    found, reported = fields(*tables, grades="K,6"), comments(*tables, grades="K,6")
    assert (found["families"], found["constituency"], found["bargaining_unit"]) == (1020, 5000, 250)
    assert found["share_poor"] == 0.36
    assert found["schools"] is None
    assert "0.csv: STUDENT_COUNT (Kindergarten), STUDENT_COUNT (Grade 6)" in reported["families"]


def test_subgroups_in_columns_and_a_table_by_tabs(write):
    text = "sedalea,sedaleaname,year,grade,gcs_mn_all,gcs_mn_nec,gcs_mn_ecd\n626280,x,2016,6,6.48,8.31,4.64\n"
    found = fields(write(text.replace(",", "\t")))
    assert (found["achievement_mean"], found["share_poor"], found["poor_gap"]) == (0.14, 0.5, 1.1)


def test_a_mean_of_minus_one_is_a_mean_and_a_count_of_minus_one_is_none(write):
    found = fields(write("LEAID,LEA_NAME,cs_mn_avg_eb,sesavgall,MEMBER\n0626280,x,-1,-2,-1\n"))
    assert (found["achievement_mean"], found["ses_mean"], found["constituency"]) == (-1.0, -1.0, None)


def test_what_is_missing_is_said(write):
    text = CCD.replace("21,260,-2,250,250", "21,260,-2,-1,250")
    reported = comments(write(text), grades="6")
    assert "Not counted where missing: West Middle" in reported["families"]
    everywhere = comments(write(re.sub(r"-2,250,", "-2,-9,", CCD)), grades="6")
    assert everywhere["families"] == "missing (-9). table.csv: G06."
    assert "no table tells achievement" in everywhere["achievement_mean"]


def test_of_two_tables_the_first_counts_and_its_gaps_are_filled(write):
    first = write("LEAID,LEA_NAME,MEMBER,FTE\n0626280,x,-1,200\n", "first.csv")
    second = write("LEAID,LEA_NAME,MEMBER,FTE\n626280.0,x,5000,300\n", "second.csv")
    found = fields(first, second)
    assert (found["constituency"], found["bargaining_unit"]) == (5000, 200)


def test_names_of_districts_are_read_from_tables_of_schools(write):
    assert district_names([Table(write(CCD))]) == {"0626280": "Mountain View Whisman"}


# --- kinds of tables ------------------------------------------------------------------------------

MEMBERS = """SCHOOL_YEAR,ST,LEAID,LEA_NAME,GRADE,RACE_ETHNICITY,SEX,STUDENT_COUNT,TOTAL_INDICATOR,DMS_FLAG
2022-2023,CA,0626280,A,Grade 6,No Category Codes,No Category Codes,500,Subtotal 4 - By Grade,Reported
2022-2023,CA,0626280,A,Grade 7,No Category Codes,No Category Codes,,Subtotal 4 - By Grade,Missing
2022-2023,CA,0626280,A,Grade 6,Asian,Female,80,Category Set A - By Race/Ethnicity; Sex; Grade,Reported
2022-2023,CA,0626280,A,No Category Codes,No Category Codes,No Category Codes,4450,Education Unit Total,Reported
"""
URBAN = """year,ncessch,leaid,grade,race,sex,enrollment
2021,062628000001,626280,6,99,99,240
2022,062628000001,626280,6,99,99,250
2022,062628000001,626280,6,1,99,100
2022,062628000001,626280,6,99,2,120
2022,062628000001,626280,1,99,99,30
2022,062628000001,626280,-1,99,99,40
2022,062628000001,626280,7,99,99,-3
2022,062628000001,626280,99,99,99,720
2021,062628000002,626280,6,99,99,60
"""


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_grades_of_children_are_no_centre_of_means(order, write):
    tables = [write(MEMBERS, "members.csv"), write(seda("mountain_view"), "seda.csv")]
    found = fields(*(tables[at] for at in order), grades="6")
    assert (found["families"], found["constituency"], found["achievement_mean"]) == (500, 4450, 0.14)


def test_grades_of_children_are_no_centre_within_a_table_either(write):
    head = "ncessch,leaid,grade,enrollment,gcs_mn_avg_eb"
    found = fields(write(f"{head}\n062628000001,0626280,6,250,6.0\n062628000001,0626280,7,240,6.0\n"), grades="6-7")
    assert (found["families"], found["achievement_mean"]) == (490, 0.15)
    with pytest.raises(InputError, match=r"grade \(column 3\) and Grade \(column 6\) tell the same"):
        community([write(f"{head},Grade\n062628000001,0626280,6,250,6.0,7\n")])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_a_school_in_three_tables_with_grades(order, write):
    ccd = write("NCESSCH,LEAID,SCH_NAME,G06,MEMBER\n062628000001,0626280,Some School,250,720\n", "ccd.csv")
    archive = write("sedasch,subcat,subgroup,gradecenter,gcs_mn_avg_eb\n62628000001,all,all,7,7.5\n", "seda.csv")
    urban = write("ncessch,leaid,grade,enrollment\n062628000001,0626280,6,250\n", "urban.csv")
    tables = [(ccd, archive, urban)[at] for at in order]
    found = fields(*tables, grades="6")
    assert (found["achievement_mean"], found["families"], found["constituency"]) == (0.15, 250, 720)


def test_children_by_grade_of_the_urban_institute_are_counted_once(write):
    """The latest year of the district, rows of all races and sexes, and no school that closed."""
    table = write(URBAN)
    found = fields(table, grades="6")
    assert (found["families"], found["schools"], found["constituency"]) == (250, 1, 720)
    assert fields(table, grades="1")["families"] == 30
    assert comments(table, grades="6-7")["families"].endswith("Not counted where missing: 062628000001.")
    (reading,) = community([table], grades="6").tables
    assert reading.reported.startswith(
        "table.csv: read as Urban Institute, children by grade (by race, sex, enrollment"
    )
    assert "of 2 years the latest, 2022; used for families" in reading.reported


def test_rows_that_count_no_whole_grade_are_none(write):
    parts = "".join(line + "\n" for line in URBAN.splitlines() if ",99,99," not in line)
    found = community([write(parts)], grades="6")
    assert found.lines[0].value is None
    assert "not used" in found.tables[0].reported


def test_a_flag_tells_why_there_is_no_number(write):
    reported = comments(write(MEMBERS), grades="7")["families"]
    assert reported == "missing (Missing). table.csv: STUDENT_COUNT (Grade 7)."


def test_each_table_is_reported_with_its_kind_and_use(write):
    other = write("LEAID,MEMBER\n0626281,5\n", "other.csv")
    names = write("LEAID,LEA_NAME,PHONE\n0626280,A,1\n", "names.csv")
    found = community([write(CCD, "ccd.csv"), write(seda("cheshire"), "x seda.csv"), other, names], "0626280", "6")
    ccd, archive, other, names = (table.reported for table in found.tables)
    assert ccd.startswith("ccd.csv: read as Common Core of Data, a column for each fact (by MEMBER, G05, G06, G07 and")
    assert "used for families" in ccd
    assert archive.startswith("x seda.csv: read as SEDA achievement and SEDA covariates (by gradecenter, subgroup, gcs")
    assert archive.endswith("not used: it has no row of the district.")
    assert other.endswith("not used: it has no row of the district.")
    assert names.startswith("names.csv: only ids and names are read of it; not used")
    assert all(f"# {table.reported}\n" in found.toml for table in found.tables)


def test_what_is_wrong_with_several_tables_is_reported_at_once(write):
    tables = [write("hello\n", "one.csv"), write("LEAID,MEMBER,Member\n1,5,6\n", "two.csv")]
    first, second = sim("community", "--from", tables[0], "--from", tables[1], code=2).stderr.splitlines()
    assert "one.csv: no column of NCES ids" in first
    assert "two.csv: MEMBER (column 2) and Member (column 3) tell the same; accepted" in second


def test_columns_of_the_district_are_none_of_its_schools(write):
    head = "School ID - NCES Assigned [Public School] Latest available year,"
    head += "Total Students All Grades (Excludes AE) [District] 2022-23,"
    head += "Total Students All Grades (Excludes AE) [Public School] 2022-23\n"
    assert fields(write(head + "062628000001,5000,720\n"))["constituency"] == 720


@pytest.mark.parametrize("code", ["-9", "-99", "-999.0", "9999", "NA", ".", ".b", "‡", ""])
def test_codes_of_missing_values_are_no_means(code, write):
    text = f"sedalea,subgroup,gradecenter,gcs_mn_avg_eb,sesavgall\n626280,all,5.5,{code},{code}\n"
    found = fields(write(text))
    assert (found["achievement_mean"], found["ses_mean"]) == (None, None)


@pytest.mark.parametrize("code", ["-1", "-2.0", "-3", "-9", "-99", "PS", "n/a", "†", "–", "‡", "*", "Suppressed", "M"])
def test_codes_of_missing_values_are_no_shares_and_no_counts(code, write):
    table = write(f"LEAID,MEMBER,FTE,perfrl,share_poor,G06\n0626280,{code},{code},{code},{code},{code}\n")
    found = fields(table)
    assert [found[name] for name in ("constituency", "bargaining_unit", "share_poor")] == [None] * 3


def test_a_share_that_no_table_tells_is_left_out(write):
    found = community([write("LEAID,MEMBER\n0626280,5000\n")])
    assert "share_poor" not in tomllib.loads(found.toml)["population"]
    assert "\n# share_poor is left out: no table tells poor from not poor" in found.toml


# --- direct certification -------------------------------------------------------------------------


def test_direct_certification_stands_in_for_lunch(write):
    """1.6 children for each, as in the Community Eligibility Provision, said as an assumption."""
    head = "SCHOOL_YEAR,LEAID,NCESSCH,SCH_NAME,DATA_GROUP,LUNCH_PROGRAM,STUDENT_COUNT,TOTAL_INDICATOR,DMS_FLAG\n"
    row = "2022-2023,0626280,062628000001,East"
    none = f"{row},Free and Reduced-price Lunch Table,No Category Codes,,Education Unit Total,Not reported\n"
    some = none.replace(",,", ",300,").replace("Not reported", "Reported")
    direct = f"{row},Direct Certification,Not Applicable,200,Education Unit Total,Reported\n"
    members = write("NCESSCH,MEMBER\n062628000001,1000\n", "members.csv")
    assumed = write(head + none + direct, "direct.csv")
    assert fields(members, assumed)["share_poor"] == 0.32
    reported = comments(members, assumed)["share_poor"]
    assert reported.startswith("Assumption: 32% on free or reduced-price lunch (1.6 for each directly certified child)")
    assert "direct.csv: STUDENT_COUNT (Direct certification)" in reported
    both = write(head + some + direct, "both.csv")
    assert fields(members, both)["share_poor"] == 0.3
    assert comments(members, both)["share_poor"].startswith("Fact: 30%")
    everyone = write(head + some.replace(",300,", ",1000,") + direct, "everyone.csv")
    assert fields(members, everyone)["share_poor"] == 0.32


def test_direct_certification_in_an_export(write):
    head = "Agency Name,Agency ID - NCES Assigned [District] Latest available year,"
    head += "Total Students All Grades (Excludes AE) [District] 2022-23,"
    head += "Free and Reduced Lunch Students [District] 2022-23,Direct Certification [District] 2022-23\n"
    found = write(f"{head}A,0626280,1000,†,250\n")
    assert fields(found)["share_poor"] == 0.4
    assert fields(write(f"{head}A,0626280,1000,‡,700\n"))["share_poor"] == 1.0
    assert fields(write(f"{head}A,0626280,1000,‡,1001\n"))["share_poor"] is None


# --- releases of the archive ----------------------------------------------------------------------

NEWEST = "sedaadmin,sedaadminname,fips,stateabb,year,subcat,subgroup,gap,gradecenter,tot_asmts,"
ROWS = [("all", 5.98), ("nec", 7.81), ("ecd", 4.14)]


def release(scale: str, columns: str, means, ids: str = NEWEST) -> str:
    """Rows of two years; the earlier year is far off."""
    rows = []
    for year in (2024, 2025):
        for group, mean in ROWS:
            reported = means(mean if year == 2025 else mean + 2)
            rows.append(f"626280,A,6,CA,{year},{group},{group},0,5.5,900,{reported}")
    return ids + columns.replace("SCALE", scale) + "\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("scale", "columns", "means"),
    [
        ("gcs", "SCALE_mn_avg_ol,SCALE_mn_avg_ol_se,SCALE_mn_avg_eb", lambda mean: f"9,.1,{mean}"),
        ("gys", "SCALE_mn_avg_eb,SCALE_mn_avg_eb_se", lambda mean: f"{mean},.1"),
        ("cs", "SCALE_mn_avg_eb,SCALE_mn_avg_eb_se", lambda mean: f"{0.3 * (mean - 5.5):.4f},.1"),
        ("ys", "SCALE_mn_avg_ol,SCALE_mn_avg_ol_se", lambda mean: f"{0.3 * (mean - 5.5):.4f},.1"),
        ("gcs", "SCALE_mn_avg_mth_eb,SCALE_mn_avg_rla_eb", lambda mean: f"{mean - 0.5},{mean + 0.5}"),
    ],
)
def test_yearly_files_of_the_newest_release_give_the_latest_year(scale, columns, means, write):
    found = fields(write(release(scale, columns, means)))
    assert (found["achievement_mean"], found["share_poor"], found["poor_gap"]) == (0.14, 0.5, 1.1)


def test_rows_by_subject_and_grade_are_averaged(write):
    rows = [f"626280,A,{subject},{grade},2025,{grade + 1 + add},{grade + 3},{grade - 1}" for subject, add in
            (("mth", 0.5), ("rla", -0.5)) for grade in (4, 5, 6)]  # fmt: skip
    head = "sedaadmin,sedaadminname,subject,grade,year,gcs_mn_all,gcs_mn_nec,gcs_mn_ecd\n"
    table = write(head + "\n".join(rows) + "\n")
    found = fields(table)
    assert (found["achievement_mean"], found["share_poor"], found["poor_gap"]) == (0.3, 0.5, 1.2)
    assert "mean of 6, by subject and grade" in comments(table)["achievement_mean"]


def test_a_mean_on_a_scale_that_is_not_known_is_left_out(write):
    table = write("sedaadmin,sedaadminname,subject,subgroup,gys_mn_2022_ol,gys_mn_2023_ol\n626280,A,mth,all,1,2\n")
    found = community([table])
    assert {line.field: line.value for line in found.lines}["population.achievement_mean"] is None
    assert "only ids and names are read of it; not used" in found.tables[0].reported


# --- how tables are separated ---------------------------------------------------------------------


@pytest.mark.parametrize("comma", [True, False])
def test_tables_with_semicolons(comma, write):
    def localised(text: str) -> str:
        return re.sub(r"(?<=\d)\.(?=\d)", ",", text.replace(",", ";")) if comma else text.replace(",", ";")

    tables = (CCD.replace(",3530,", ",3.530,"), "ccd.csv"), (seda("mountain_view"), "seda.csv")
    found = fields(*(write("sep=;\n" + localised(text), name) for text, name in tables), grades="6")
    plain = fields(write(CCD, "ccd.csv"), write(seda("mountain_view"), "seda.csv"), grades="6")
    assert found == plain


def test_what_may_be_one_of_two_numbers_is_refused(write):
    with pytest.raises(InputError, match=r"FTE of A = '1,720': accepted: a number from 0, without separators"):
        community([write("LEAID;LEA_NAME;FTE\n626280;A;1,720\n")])
    with pytest.raises(InputError, match=r"MEMBER of A = '1\.72': accepted: a whole number"):
        community([write("LEAID,LEA_NAME,MEMBER\n626280,A,1.72\n")])


def test_a_table_is_bounded_before_it_is_read(write, monkeypatch):
    monkeypatch.setattr("sim.scenario.public.tables.MOST_ROWS", 3)
    with pytest.raises(InputError, match=r"has more than 3 rows; accepted: .* of at most 3 rows and 1,000 MB"):
        community([write(CCD)])
    monkeypatch.setattr("sim.scenario.public.tables.MOST_TABLE", 0)
    with pytest.raises(InputError, match=r"is larger than 0 MB; accepted: .* of at most 0 MB"):
        community([write(CCD)])


@pytest.mark.longer
def test_a_large_table_is_not_held(write):
    """Of another district only its lunch rate is kept, of another state nothing."""
    rows = "".join(f"{state}{at:010},{state}00000,5,7,800\n" for at in range(30_000) for state in ("06", "07"))
    table = write("NCESSCH,LEAID,G06,FTE,MEMBER\n062628000001,0626280,5,7,800\n" + rows)
    tracemalloc.start()
    fields(table, district="0626280", grades="6")
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


# --- the command ----------------------------------------------------------------------------------


def test_what_it_writes_is_a_valid_scenario_and_can_be_extended(write, tmp_path):
    ccd, table = write(CCD, "ccd.csv"), write(seda("mountain_view"), "seda.csv")
    out = tmp_path / "community.toml"
    arguments = ("community", "--from", ccd, "--from", table, "--district", "whisman", "--grades", "6", "--out", out)
    assert f"written: {out}" in sim(*arguments).stdout
    assert "exists" in sim(*arguments, code=2).stderr
    sim(*arguments, "--force")
    (tmp_path / "ours.toml").write_text(
        'schema = 2\nextends = "community"\nname = "ours"\n[leadership]\ntraining = 0.8\n'
    )
    pasted = 'extends = "mountain_view"\nname = "pasted"\n' + out.read_text()
    (tmp_path / "pasted.toml").write_text(pasted)
    for name in ("community", "ours", "pasted"):
        assert "valid" in sim("validate", tmp_path / f"{name}.toml").stdout
    ours = load_scenario(tmp_path / "pasted.toml")
    assert (ours.population.families, ours.union.bargaining_unit) == (500, 255)


def test_json_tells_the_same(write):
    table = write(CCD)
    reported = json.loads(sim("community", "--from", table, "--grades", "6-8", "--json").stdout)
    assert reported["district"] == "0626280"
    assert reported["schools"] == ["East Middle", "West Middle"]
    assert reported["tables"][0]["kinds"] == ["Common Core of Data, a column for each fact"]
    written = tomllib.loads(sim("community", "--from", table, "--grades", "6-8").stdout)
    for line in reported["lines"]:
        section, name = line["field"].split(".")
        assert written[section].get(name) == line["value"]
        assert line["comment"]


def test_the_example_of_the_page_is_what_comes_out(tmp_path):
    page = (ROOT / "docs" / "community.md").read_text()
    ccd, archive = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    (command,) = re.findall(r"```sh\nsim (.*?)\n```", page, re.DOTALL)
    shown, extends = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "ccd.csv").write_text(ccd)
    (tmp_path / "seda.csv").write_text(archive)
    assert sim(*command.split(), cwd=tmp_path).stdout == shown
    (tmp_path / "community.toml").write_text(shown)
    (tmp_path / "ours.toml").write_text(extends)
    assert load_scenario(tmp_path / "ours.toml").population.families == 500


def test_names_that_a_terminal_or_toml_would_obey_stay_text(write, tmp_path):
    table = write(CCD.replace("Mountain View Whisman", '"a\n[board]\nseats = 2\x1b[2J # ""b"""'), 'odd"\n[x].csv')
    text = community([table], grades="6").toml
    assert "\x1b" not in text
    assert set(tomllib.loads(text)) == {"schema", "population", "students", "teachers", "union", "board"}
    assert "seats" not in tomllib.loads(text)["board"]


WRONG = {
    "no table": ("hello\n", [], "no column of NCES ids"),
    "nothing": ("", [], "no column of NCES ids"),
    "a spoilt id": ("LEAID,MEMBER\n6.2628E+05,3\n", [], "LEAID = '6.2628E+05': accepted: an NCES id of 7 digits"),
    "a word": ("LEAID,LEA_NAME,MEMBER\n1,A,many\n", [], "MEMBER of A = 'many': accepted: a whole number from 0"),
    "below nothing": ("LEAID,LEA_NAME,MEMBER\n1,A,-5\n", [], "MEMBER of A = '-5'"),
    "endless": ("LEAID,LEA_NAME,sesavgall\n1,A,inf\n", [], "sesavgall of A = 'inf'"),
    "two rows": ("LEAID,LEA_NAME,MEMBER\n1,A,5\n1,A,6\n", [], "MEMBER of A = '5' and '6': two rows"),
    "which": ("LEAID,LEA_NAME,MEMBER\n1,A,5\n2,B,6\n", [], "--district is missing: the tables hold 2 districts, A"),
    "none of them": (CCD, ["--district", "Oz"], "--district = 'Oz': none of the tables' places"),
    "several": ("LEAID,LEA_NAME\n1,A x\n2,B x\n", ["--district", "x"], "2 places have that name"),
    "no school": (CCD, ["--schools", "North"], "--schools = 'North': none of the tables' places"),
    "no schools": ("LEAID,LEA_NAME\n1,A\n", ["--schools", "x"], "hold no schools of this district"),
    "no grades": (CCD, ["--grades", "8-6"], "--grades = '8-6': accepted: grades from K to 12"),
    "grade 13": (CCD, ["--grades", "13"], "--grades = '13'"),
    "not its grades": (CCD.replace(",250,240,", ",0,240,").replace(",250,250,", ",0,250,"), ["--grades", "6"], "G06"),
    "another scale": ("sedalea,gradecenter,gcs_mn_avg_eb\n1,5.5,0.48\n", [], "gcs_mn_avg_eb of 0000001 = 0.48"),
    "no such mean": (
        "sedalea,cs_mn_avg_eb\n1,40\n",
        [],
        "population.achievement_mean = 40.0: accepted: a number from -3",
    ),
    "fewer than": ("LEAID,G06,MEMBER\n1,50,20\n", ["--grades", "6"], "50 children of these grades are more than"),
    "a long cell": ("LEAID,MEMBER\n1," + "9" * 200_000 + "\n", [], "field larger than field limit"),
    "no TOML": (CCD, ["--out", "x.txt"], "--out = x.txt: accepted: a name that ends in .toml"),
    "no folder": (CCD, ["--out", "/proc/x/x.toml"], "--out = /proc/x/x.toml: cannot be written"),
}


@pytest.mark.parametrize("what", WRONG)
def test_bad_input_is_reported_in_one_line(what, write, tmp_path):
    text, arguments, words = WRONG[what]
    table = write(text)
    if what in ("no table", "no TOML", "no folder"):
        (line,) = sim("community", "--from", table, *arguments, code=2, cwd=tmp_path).stderr.splitlines()
    else:
        options = {name.removeprefix("--"): value for name, value in zip(arguments[::2], arguments[1::2], strict=True)}
        with pytest.raises(InputError) as refused:
            community([table], **options)
        line = str(refused.value)
    assert words in line
    assert "accepted" in line


def test_files_that_cannot_be_read_are_reported(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        community([tmp_path / "none.csv"])
    with pytest.raises(InputError, match="a folder"):
        community([tmp_path])
    (tmp_path / "latin.csv").write_bytes(b"LEAID,MEMBER\n1,\xe9\n")
    with pytest.raises(InputError, match="not text in UTF-8"):
        community([tmp_path / "latin.csv"])


def test_a_small_district_of_which_nothing_else_is_known_is_written(write):
    found = community([write("NCESSCH,LEAID,LEA_NAME,MEMBER\n062628000001,0626280,Small,330\n")])
    assert {line.field: line.value for line in found.lines}["board.constituency"] == 330


def test_a_table_that_is_given_twice_is_reported(write):
    table = write(CCD)
    with pytest.raises(InputError, match="is given twice; accepted: each table once"):
        community([table, table], grades="6-8")
