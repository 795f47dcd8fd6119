def test_x(app, world):
    c=world.client("learner")
    for d in ({"old":"a"*2_000_000},{"old":"a"*900_000,"new":"b"*400_000}):
        r=c.post("/sandi",data=d); print(r.status_code, r.request.content_type, r.request.content_length)
    r=c.post("/sandi",data={"old":"a"*400_000},content_type="multipart/form-data"); print(r.status_code)
    from guards.test_statements import crowd,costs,LISTS
    crowd(world,5)
    for p in LISTS: print(p,costs(world,p))
    crowd(world,495)
    for p in LISTS: print(p,costs(world,p))
    t=world.client("superior").get("/tim").text; print(len(t), t.count("<tr"))
    t=world.client("superior").get("/tim/tugaskan").text; print(len(t), t.count("<input"))
    t=world.client("facilitator").get("/menilai").text; print(len(t), t.count("/menilai/"))
    t=world.client("facilitator").get("/putaran/baru").text; print(len(t), t.count("<input"))
    t=world.client("peer").get("/tinjauan").text; print(len(t), t.count("/tinjauan/"))
    t=world.client("owner").get("/").text; print(len(t), t.count("href"))
    t=world.client("owner").get("/bukti").text; print(len(t), t.count("href"))
    t=world.client("admin").get("/admin/fasilitator-modul").text; print(len(t), t.count("<input"))
    t=world.client("admin").get("/admin/unit").text; print(len(t), t.count("href"))
