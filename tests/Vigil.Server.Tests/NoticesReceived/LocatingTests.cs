using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Features.NoticesReceived;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.History;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.NoticesReceived;

/// <summary>How what a notice names is found here.</summary>
public class LocatingTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_a_repeated_notice_adds_is_located_anew_and_its_review_waits_for_each_case()
    {
        await using var server = await TestServer.StartAsync();
        var (first, second) = (await OpenAsync(server, "post/1"), await OpenAsync(server, "post/2"));

        var taken = await TakeAsync(server, "R-1", ["post/1"]);
        Assert.Equal((first, "found"), (CaseOf(taken), taken.Text("located")));
        var more = await TakeAsync(server, "R-1", ["post/1", "post/2"]);
        Assert.Equal((second, "found", 1), (CaseOf(more), more.Text("located"), AddedBy(more)));
        var same = await TakeAsync(server, "R-1", ["post/2", "post/1"]);
        Assert.Equal((first, 0), (CaseOf(same), AddedBy(same)));
        var unknown = await TakeAsync(server, "R-1", ["post/404"]);
        Assert.Equal((first, "opened", 1), (CaseOf(unknown), unknown.Text("located"), AddedBy(unknown)));
        var account = await TakeAsync(server, "R-1", [], account: "user-77");
        Assert.Equal(1, AddedBy(account));
        Assert.DoesNotContain(CaseOf(account), new[] { first, second });
        Assert.Equal(0, AddedBy(await TakeAsync(server, "R-1", [], account: "user-77")));

        var id = taken.Text("noticeId");
        var view = await server.GetJsonAsync($"/v1/notices/{id}");
        Assert.Equal(
            [(first, "content"), (second, "content"), (first, "nothing"), (CaseOf(account), "nothing")],
            view.GetProperty("cases").EnumerateArray().Select(place => (CaseOf(place), place.Text("foundBy")))
        );
        var many = (await TakeAsync(server, "R-2", ["post/1"])).Text("noticeId");
        await FillAsync(server, first, many);
        var filled = (await ViewAsync(server, many)).GetProperty("cases");
        Assert.Equal(NoticeLimits.Rows + 51, filled.GetArrayLength());
        var extended = await server.LedgerAsync("notice.extended");
        Assert.Equal(3, extended.Count);
        foreach (var reference in (string[])[first, second, CaseOf(account)])
        {
            Assert.Equal(
                JsonValueKind.Null,
                StepOf(await ViewAsync(server, id), "review").GetProperty("doneAt").ValueKind
            );
            await ConfirmAsync(server, reference);
        }
        Assert.Equal("confirmed", StepOf(await ViewAsync(server, id), "review").Text("outcome"));
        Assert.Equal("confirmed", StepOf(await ViewAsync(server, many), "review").Text("outcome"));
    }

    /// <summary>More places of one case than one list shows, all decided before.</summary>
    private static Task<bool> FillAsync(TestServer server, string reference, string notice) =>
        server
            .Kernel()
            .Db.WriteAsync(
                CaseWork.Scanner,
                Permission.ScanSubmit,
                async tx =>
                {
                    var items = Enumerable
                        .Range(0, NoticeLimits.Rows + 50)
                        .Select(_ => Guid.CreateVersion7())
                        .ToList();
                    await NoticePlaces.AddAsync(
                        tx,
                        Guid.Parse(notice),
                        items.Select(item => new NoticePlace(
                            new CaseRef(reference),
                            item,
                            NoticeFoundBy.Content
                        ))
                    );
                    await NoticePlaces.DecidedAsync(tx, new CaseRef(reference), items, "not_csam");
                    return true;
                }
            );

    [Fact(Timeout = 120_000)]
    public async Task Fingerprints_find_what_is_held_what_was_decided_and_what_the_history_has()
    {
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { History = HistoryWork.Quick }
        );
        await server.LoadedAsync();
        await CheckSealedAsync(server);
        await CheckDecidedAsync(server);
        await server.TurnOnAsync();
        await CheckHistoryAsync(server);
    }

    /// <summary>By any of its digests; by another nothing.</summary>
    private static async Task CheckSealedAsync(TestServer server)
    {
        var file = ViewingWork.Picture(3);
        var held = await OpenAsync(server, "post/3");
        var item = (await server.FileAsync(held)).GetProperty("items")[0].GetProperty("id").GetGuid();
        await server.SealAsync(new CaseRef(held), file, item);
        foreach (
            var (algorithm, value) in new[]
            {
                ("md5", MD5.HashData(file)),
                ("sha1", SHA1.HashData(file)),
                ("sha256", SHA256.HashData(file)),
            }
        )
        {
            var taken = await TakeAsync(server, $"S-{algorithm}", [], Hash(algorithm, value));
            Assert.Equal(
                (held, "found", "off"),
                (CaseOf(taken), taken.Text("located"), taken.Text("history"))
            );
            var view = await ViewAsync(server, taken.Text("noticeId"));
            Assert.Equal(
                "post/3",
                Assert.Single(view.GetProperty("foundContents").EnumerateArray()).GetString()
            );
            Assert.Equal("found", StepOf(view, "locate").Text("outcome"));
        }
        var other = await TakeAsync(server, "S-0", [], Hash("md5", MD5.HashData([1])));
        Assert.Equal("opened", other.Text("located"));
        // As many as a notice may name: the file is found among them.
        NoticeHash[] all =
        [
            .. Enumerable
                .Range(1, NoticeLimits.Hashes - 1)
                .Select(i => Hash("sha256", SHA256.HashData(BitConverter.GetBytes(i)))),
            Hash("md5", MD5.HashData(file)),
        ];
        var full = await TakeAsync(server, "S-all", [], all);
        Assert.Equal((held, "found"), (CaseOf(full), full.Text("located")));
        await CheckShownAsync(server, full.Text("noticeId"), held, item);
    }

    /// <summary>Contents that were found are shown inside the fence of their case, and go until they are cleared.</summary>
    private static async Task CheckShownAsync(TestServer server, string id, string held, Guid item)
    {
        var details = new NoticeDetails
        {
            Located = ["post/3", "post/from before"],
            LocatedIn = [new LocatedContent("post/3", held, item)],
        };
        var fenced = Fenced.Of(Permission.ScanSubmit);
        Assert.Empty(await ShownAsync(fenced));
        Assert.Empty(await PlacesAsync());
        Assert.Empty((await AsAsync(tx => NoticeView.ListAsync(tx, isAll: true, null))).Notices);
        await UnknownAsync(tx => NoticeView.ReadAsync(tx, Guid.Parse(id)));
        await UnknownAsync(tx => ReceivedNotice.RequireAsync(tx, Guid.Parse(id)));
        // Their own case, and nothing of which no case is known, nor of all cases.
        await server.GrantAsync(fenced, held);
        var listed = (await AsAsync(tx => NoticeView.ListAsync(tx, isAll: true, null))).Notices;
        Assert.Equal([held], listed.Select(one => one.CaseRef).Distinct());
        await UnknownAsync(NoticeNumbers.ReadAsync);
        Assert.Equal(["post/3"], await ShownAsync(fenced));
        Assert.Equal(held, Assert.Single(await PlacesAsync()).CaseRef);
        Assert.Equal(["post/from before", "post/3"], await ShownAsync(CaseWork.Scanner));

        await server.DecideAsync(held, "not_csam");
        Assert.Equal(["post/from before"], await ShownAsync(CaseWork.Scanner));
        Assert.Empty((await ViewAsync(server, id)).GetProperty("foundContents").EnumerateArray());
        var refused = await server.PostAsync(
            $"/v1/notices/{id}/removal-wanted",
            new { reason = "They ask for it." },
            HttpStatusCode.Conflict
        );
        Assert.Equal("nothing_located", refused.Text("code"));

        Task<IReadOnlyList<string>> ShownAsync(Actor actor) =>
            server
                .Kernel()
                .Db.ReadAsync(actor, Permission.ScanSubmit, tx => LocatedNow.VisibleAsync(tx, details));

        Task<IReadOnlyList<PlaceView>> PlacesAsync() =>
            AsAsync(tx => NoticePlaces.OfAsync(tx, Guid.Parse(id)));

        Task<TRead> AsAsync<TRead>(Func<Tx, Task<TRead>> read) =>
            server.Kernel().Db.ReadAsync(fenced, Permission.ScanSubmit, read);

        async Task UnknownAsync<TRead>(Func<Tx, Task<TRead>> read) =>
            Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(() => AsAsync(read))).Status);
    }

    /// <summary>By the entry that it matched, and by its own digest, which no list has.</summary>
    private static async Task CheckDecidedAsync(TestServer server)
    {
        var (own, md5) = (Made.Sha256("own"), MD5.HashData([7]));
        var list = await Lists.ListsHere.CreateListAsync(server, "known");
        await CaseWork.PostAsync(
            server,
            "/v1/lists/known/entries",
            new
            {
                entries = new[]
                {
                    new
                    {
                        pdq = Made.Pdq("listed").ToHex(),
                        pdqQuality = 90,
                        md5 = Convert.ToHexStringLower(md5),
                    },
                },
            }
        );
        await server.ModeAsync(list.GetProperty("id").GetGuid(), "Enforce");
        var content = new
        {
            surface = "public_post",
            jurisdiction = "US",
            contentRef = "post/5",
            account = "user-5",
            hashes = new
            {
                pdq = Made.Flip(Made.Pdq("listed"), 12).ToHex(),
                pdqQuality = 90,
                sha256 = Convert.ToHexStringLower(own),
            },
        };
        var decided = await TestServer.EventuallyAsync(
            async () =>
            {
                var scan = await CaseWork.PostAsync(server, "/v1/scan", content);
                return CaseWork.Text(scan, "decision") == "none" ? null : CaseWork.Text(scan, "caseRef");
            },
            "the list is scanned for"
        );

        var bySha = await TakeAsync(server, "D-1", [], Hash("sha256", own));
        Assert.Equal((decided, "found"), (CaseOf(bySha), bySha.Text("located")));
        var byPicture = await TakeAsync(server, "D-2", [], Hash("pdq", Made.Bytes(Made.Pdq("listed"))));
        Assert.Equal((decided, "found"), (CaseOf(byPicture), byPicture.Text("located")));
        // The entry's MD5 means another file than this one, which is only like it.
        var byMd5 = await TakeAsync(server, "D-3", [], Hash("md5", md5));
        Assert.Equal("opened", byMd5.Text("located"));
    }

    private static async Task CheckHistoryAsync(TestServer server)
    {
        await server.UploadAsync(Made.Pdq("old"), "post/9", "user-9");
        await server.UploadAsync(Made.Pdq("elsewhere"), "post/10", "user-10");
        await server.UploadAsync(Made.Pdq("nobody"), "post/12");
        await server.UploadAsync(Made.Pdq("nobody"), "post/13");
        await server.BuildAsync();
        // Kept, and not by this process now: the notices wait.
        server.Get<HistoryStore>().Set(TenantId.Default, HistorySettings.Off);
        var near = Made.Bytes(Made.Flip(Made.Pdq("old"), 20));
        // Looked for first, and not to be read: it fails, is told, and holds up no other.
        var broken = (await TakeAsync(server, "H-0", [], Hash("pdq", near))).Text("noticeId");
        var whole = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<byte[]>(
                        "select details from notice_received where tenant = @tenant and history = 'Waiting'"
                    )
            );
        await ChangeAsync(server, broken, "details = @details", "SAMPLE"u8.ToArray());
        var taken = await TakeAsync(server, "H-1", [], Hash("pdq", near));
        var far = await TakeAsync(server, "H-2", [], Hash("pdq", Made.Bytes(Made.Flip(Made.Pdq("old"), 60))));
        Assert.Equal(("opened", "waiting"), (taken.Text("located"), taken.Text("history")));
        var id = taken.Text("noticeId");

        var nobody = await TakeAsync(server, "H-3", [], Hash("pdq", Made.Bytes(Made.Pdq("nobody"))));
        var deadline = DateTimeOffset.FromUnixTimeSeconds(
            DateTimeOffset.UtcNow.AddHours(40).ToUnixTimeSeconds()
        );
        var removed = await TakeAsync(server, "H-4", ["post/11"], [Hash("pdq", near)], by: deadline);
        await server.PostAsync($"/v1/notices/{removed.Text("noticeId")}/removal", new { state = "removed" });
        await server.Get<SearchHistory>().LookAsync(CancellationToken.None);
        Assert.Equal("waiting", (await ViewAsync(server, id)).GetProperty("status").Text("history"));
        await server.Get<HistoryStore>().ReadAsync(CancellationToken.None);

        await server.Get<SearchHistory>().LookAsync(CancellationToken.None);

        Assert.Contains(SearchHistory.Stuck, await server.AlarmsAsync());
        // Put right it is tried again, and not at once.
        await ChangeAsync(server, broken, "details = @details", whole!);
        await server.Get<SearchHistory>().LookAsync(CancellationToken.None);
        Assert.Equal("waiting", (await ViewAsync(server, broken)).GetProperty("status").Text("history"));
        await ChangeAsync(server, broken, "history = 'Done'");
        await server.Get<SearchHistory>().LookAsync(CancellationToken.None);
        Assert.DoesNotContain(SearchHistory.Stuck, await server.AlarmsAsync());
        var view = await ViewAsync(server, id);
        Assert.Equal(
            ("found", "done"),
            (view.GetProperty("status").Text("located"), view.GetProperty("status").Text("history"))
        );
        Assert.Equal("post/9", Assert.Single(view.GetProperty("foundContents").EnumerateArray()).GetString());
        var place = view.GetProperty("cases")[1];
        Assert.Equal("history", place.Text("foundBy"));
        var file = await server.FileAsync(CaseOf(place));
        Assert.Equal("user-9", file.Text("account"));
        Assert.Equal("post/9", file.GetProperty("items")[0].Text("contentRef"));
        Assert.Equal("found", StepOf(view, "locate").Text("outcome"));
        await server.PostAsync($"/v1/notices/{id}/removal-wanted", new { reason = "It is the same." });
        Assert.Contains("post/9", await RemovalAsync(server), StringComparison.Ordinal);
        var page = await server.PageAsync($"/console/notices/{id}");
        Assert.Contains("the history was searched whole", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(near), page, StringComparison.OrdinalIgnoreCase);
        var none = await ViewAsync(server, far.Text("noticeId"));
        Assert.Equal(
            ("opened", "done"),
            (none.GetProperty("status").Text("located"), none.GetProperty("status").Text("history"))
        );
        Assert.Equal(4, (await server.LedgerAsync("notice.searched")).Count);
        // Rows of nobody come into the notice's own case.
        var own = (await ViewAsync(server, nobody.Text("noticeId"))).GetProperty("cases").EnumerateArray();
        Assert.Equal(Enumerable.Repeat(CaseOf(nobody), 3), own.Select(CaseOf));
        // What was found after the removal was not removed by it, and is due by the sender's deadline.
        var again = await ViewAsync(server, removed.Text("noticeId"));
        Assert.Equal(JsonValueKind.Null, StepOf(again, "remove").GetProperty("doneAt").ValueKind);
        Assert.Equal(deadline, StepOf(again, "reply").GetProperty("dueAt").GetDateTimeOffset());
    }

    /// <summary>What the platform is asked to take down.</summary>
    private static async Task<string> RemovalAsync(TestServer server) =>
        await server
            .Kernel()
            .Db.ReadAsync(
                CaseWork.Scanner,
                Permission.ScanSubmit,
                async tx =>
                {
                    var (id, data) = await tx.FindAsync<(Guid Id, byte[] Data)>(
                        "select id, data from outbox_event where tenant = @tenant and type = 'notice.removal_wanted'"
                    );
                    return Encoding.UTF8.GetString(
                        tx.Secrets.Sealer("outbox event").Open(data, id.ToByteArray())
                    );
                }
            );

    private static Task<int> ChangeAsync(TestServer server, string id, string what, byte[]? details = null) =>
        server.ExecuteAsync(
            $"update notice_received set {what} where tenant = @tenant and id = @id",
            new { id = Guid.Parse(id), details }
        );

    private static NoticeHash Hash(string algorithm, byte[] value) =>
        new() { Algorithm = algorithm, Value = Convert.ToHexStringLower(value) };

    private static Task<JsonElement> TakeAsync(
        TestServer server,
        string reference,
        string[] contents,
        NoticeHash? hash = null,
        string? account = null
    ) => TakeAsync(server, reference, contents, hash is null ? [] : [hash], account);

    private static Task<JsonElement> TakeAsync(
        TestServer server,
        string reference,
        string[] contents,
        NoticeHash[] hashes,
        string? account = null,
        DateTimeOffset? by = null
    ) =>
        CaseWork.PostAsync(
            server,
            "/v1/notices",
            new NoticeRequest
            {
                SenderKind = "hotline",
                Sender = "Example Hotline",
                Reference = reference,
                Category = "suspected_csam",
                Action = "remove",
                Contents = contents,
                Hashes = hashes,
                Deadline = by,
                Account = account,
                Surface = "public_post",
                Text = "Please look at this.",
            },
            HttpStatusCode.Created
        );

    private static async Task<string> OpenAsync(TestServer server, string contentRef) =>
        await server.OpenAsync(
            new
            {
                contentRef,
                surface = "public_post",
                jurisdiction = "US",
                text = "Seen.",
                reason = "A call came.",
            }
        );

    private static string CaseOf(JsonElement answer) => CaseWork.Text(answer, "caseRef");

    private static int AddedBy(JsonElement answer) => answer.GetProperty("added").GetInt32();

    private static Task<JsonElement> ViewAsync(TestServer server, string id) =>
        server.GetJsonAsync($"/v1/notices/{id}");

    private static JsonElement StepOf(JsonElement view, string step) =>
        view.GetProperty("steps").EnumerateArray().Single(row => CaseWork.Text(row, "step") == step);

    /// <summary>As the cases tell it when a confirmation of all their items leaves.</summary>
    private static async Task ConfirmAsync(TestServer server, string reference)
    {
        var items = (await server.FileAsync(reference)).GetProperty("items").EnumerateArray();
        Guid[] ids = [.. items.Select(item => item.GetProperty("id").GetGuid())];
        await server
            .Kernel()
            .Db.WriteAsync(
                CaseWork.Scanner,
                Permission.ScanSubmit,
                async tx =>
                {
                    await tx.RaiseAsync(new CaseConfirmed(new CaseRef(reference), ids, tx.Now));
                    return true;
                }
            );
    }
}
