"""A tiny mall in files."""

ABOUT = """
code = "river"
name = { en = "River Mall", "zh-Hans" = "河畔广场" }
time_zone = "Asia/Shanghai"
day_starts_at = 05:00:00
units = "river_units.csv"
floors = [{ code = "L1", en = "Level 1" }]
zones = [{ code = "L1-A", floor = "L1", en = "Atrium" }]
restrooms = [{ code = "L1-WC1", zone = "L1-A", en = "Restroom" }]
organisations = [{ code = "works", en = "Works" }]
teams = [{ code = "engineering", organisation = "works", en = "Engineering" }]
[settings.plan_times]
public_lighting_on = "09:45"
[hours]
mall = "10:00-22:00"
bank = { fri-mon = "09:00-17:00" }
[[plans]]
code = "opening"
checklist = "opening"
where = "zones"
starts = ["09:00"]
duration_minutes = 45
role = "officer"
[[plans]]
code = "meters"
checklist = "equipment"
where = ["L1-A", "L1-001"]
starts = ["15:00"]
duration_minutes = 60
weekdays = "mon-fri"
team = "engineering"
[[shifts]]
code = "night"
en = "Night shift"
zh-Hans = "夜班"
starts = "23:00"
ends = "08:30"
[[shifts]]
code = "day"
team = "engineering"
en = "Day shift"
starts = "08:00"
ends = "20:00"
weekdays = "mon-fri"
"""
UNITS = """\ufeffno,zone,kind,state,category,hours,since,opens_on,en,zh-Hans
L1-001,L1-A,shop,trading,services,bank,2024-03-01,,Harbour Bank,港湾银行
L1-002,L1-A,shop,fitout,fashion,,,2026-12-24,Velvet Coat,
L1-003,L1-A,kiosk,vacant,,,,,,
"""
