using System.Net;
using System.Text;
using Vigil.Matching.Lists;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Lists;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.History;

public class HuntTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_entry_that_comes_later_finds_what_was_uploaded_before_and_the_platform_is_told()
    {
        await using var server = await HistoryWork.StartAsync();
        var list = await server.ListAsync("late");
        var scan = await server.UploadAsync(
            Made.Flip(Made.Pdq("seen"), 12),
            "post/1",
            "user-1",
            ListsHere.Sha256("same file")
        );
        await server.UploadAsync(Made.Pdq("unrelated"), "post/2", "user-2");
        var entry = await server.EntryAsync(
            list,
            new SignalValue
            {
                Pdq = Made.Bytes(Made.Pdq("seen")),
                Sha256 = Convert.FromHexString(ListsHere.Sha256("same file")),
            }
        );

        var hunt = await server.HuntAsync("late");

        Assert.Equal(
            (1, 1, 1, 100),
            (
                hunt.Number("entries"),
                hunt.Number("entriesDone"),
                hunt.Number("hits"),
                (int)hunt.GetProperty("percent").GetDouble()
            )
        );
        Assert.Equal((2, 2), (hunt.Number("hashes"), hunt.Number("hashesDone")));
        var hit = Assert.Single(
            (await server.GetAsync($"/v1/hunts/{hunt.Text("id")}/hits")).GetProperty("hits").EnumerateArray()
        );
        Assert.Equal(
            (scan, entry.EntryId),
            (hit.GetProperty("scanId").GetGuid(), hit.GetProperty("entryId").GetGuid())
        );
        var decision = await server.GetAsync($"/v1/decisions/{hit.Text("decisionId")}");
        Assert.Equal("block", decision.GetProperty("decision").Text("decision"));
        Assert.Equal(hunt.Text("id"), decision.GetProperty("hunt").Text("huntId"));
        Assert.Equal(scan, decision.GetProperty("hunt").GetProperty("scanId").GetGuid());
        var page = await server.PageAsync($"/console/scans/{hit.Text("decisionId")}");
        Assert.Contains("Found by the retro-hunt", page, StringComparison.Ordinal);
        var @case = await server.PageAsync($"/console/cases/{hit.Text("caseRef")}");
        Assert.Contains("Found by a retro-hunt; uploaded", @case, StringComparison.Ordinal);
        Assert.Contains("post/1", @case, StringComparison.Ordinal);
        var told = await server.ReadAsync(tx => EventAsync(tx, hit.GetProperty("decisionId").GetGuid()));
        Assert.Contains("\"foundBy\":\"retro_hunt\"", told, StringComparison.Ordinal);
        Assert.Contains($"\"uploadScanId\":\"{scan}\"", told, StringComparison.Ordinal);
        Assert.Contains("\"contentRef\":\"post/1\"", told, StringComparison.Ordinal);
        var shown = await server.PageAsync($"/console/history/hunts/{hunt.Text("id")}");
        Assert.Contains(hit.Text("caseRef"), shown, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hunt_finds_what_comparing_every_pair_finds_and_again_finds_nothing_more()
    {
        await using var server = await HistoryWork.StartAsync(HistoryWork.Quick with { SliceEntries = 7 });
        var luck = Made.Luck();
        var near = await server.ListAsync("near");
        var wide = await server.ListAsync("wide");
        await server.ModeAsync(wide, "Enforce", radius: 60);
        var uploads = new List<(Guid Scan, Hashing.PdqHash Hash)>();
        for (var i = 0; i < 160; i++)
        {
            var hash = Made.Flip(Made.Pdq($"picture {i % 40}"), luck.Next(70));
            uploads.Add((await server.UploadAsync(hash), hash));
        }
        var entries = new List<(Guid Entry, Hashing.PdqHash Hash, int Radius)>();
        foreach (var (list, radius, first) in new[] { (near, 31, 0), (wide, 60, 20) })
        {
            var values = Enumerable.Range(first, 15).Select(i => Made.Pdq($"picture {i}")).ToList();
            var keys = await server.EntriesAsync(
                list,
                [.. values.Select(hash => new SignalValue { Pdq = Made.Bytes(hash) })]
            );
            entries.AddRange(keys.Zip(values, (key, hash) => (key.EntryId, hash, radius)));
        }

        var hunt = await server.HuntAsync();

        var expected = (
            from upload in uploads
            from entry in entries
            where upload.Hash.DistanceTo(entry.Hash) <= entry.Radius
            select (upload.Scan, entry.Entry)
        ).ToHashSet();
        Assert.InRange(expected.Count, 30, uploads.Count);
        Assert.Equal(expected.Order(), (await server.HitsAsync(hunt.Text("id"))).Order());
        Assert.Equal(expected.Select(hit => hit.Scan).Distinct().Count(), await server.DecisionsAsync());
        Assert.Equal(30, hunt.Number("entriesDone"));

        var again = await server.HuntAsync();
        Assert.Equal(0, again.Number("hits"));
        Assert.Equal(expected.Select(hit => hit.Scan).Distinct().Count(), again.Number("known"));
        Assert.Equal(hunt.Number("hits"), await server.DecisionsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_scan_found_itself_and_the_same_content_again_make_no_second_case()
    {
        await using var server = await HistoryWork.StartAsync();
        var list = await server.ListAsync("early");
        await server.EntryAsync(list, new SignalValue { Pdq = Made.Bytes(Made.Pdq("known")) });
        await server.WithinASecondAsync(Made.Near("known", 0), Features.Scan.Deciding.Outcome.Review);
        var before = await server.DecisionsAsync();
        await server.UploadAsync(Made.Pdq("known"), "post/known", decision: "review");
        await server.UploadAsync(Made.Pdq("later"), "post/twice");
        await server.UploadAsync(Made.Pdq("later"), "post/twice");
        await server.EntryAsync(list, new SignalValue { Pdq = Made.Bytes(Made.Pdq("later")) });

        var hunt = await server.HuntAsync();

        Assert.Equal((1, 2), (hunt.Number("hits"), hunt.Number("known")));
        Assert.Equal(before + 2, await server.DecisionsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task New_entries_are_hunted_by_themselves_and_a_list_that_is_switched_on_is_hunted_whole()
    {
        await using var server = await HistoryWork.StartAsync(byItself: true);
        var shadow = await server.ListAsync("shadow", mode: "Shadow");
        for (var i = 0; i < 60; i++)
        {
            await server.UploadAsync(Made.Pdq($"{i}"), $"post/{i}");
        }
        await server.EntryAsync(shadow, new SignalValue { Pdq = Made.Bytes(Made.Pdq("7")) });

        var first = await ByItselfAsync(hunt => hunt.Number("shadow") == 1);
        Assert.Equal(
            (0, false),
            (first.Number("hits"), first.TryGetProperty("list", out var none) && none.GetString() is not null)
        );
        Assert.Equal(0, await server.CasesAsync());

        await server.ModeAsync(shadow, "Enforce");
        var second = await ByItselfAsync(hunt => hunt.Number("hits") == 1);
        Assert.Equal("shadow", second.Text("list"));
        Assert.Equal(1, await server.CasesAsync());

        async Task<System.Text.Json.JsonElement> ByItselfAsync(
            Func<System.Text.Json.JsonElement, bool> holds
        ) =>
            (System.Text.Json.JsonElement)
                await TestServer.EventuallyAsync<object>(
                    async () =>
                        (await server.GetAsync("/v1/hunts"))
                            .GetProperty("hunts")
                            .EnumerateArray()
                            .Where(hunt => hunt.GetProperty("isByItself").GetBoolean())
                            .Where(hunt => hunt.Text("state") == "done" && holds(hunt))
                            .Cast<object>()
                            .FirstOrDefault(),
                    "a hunt is made by itself"
                );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_scanned_while_the_entry_comes_is_found_by_the_scan_or_by_the_hunt_and_once()
    {
        await using var server = await HistoryWork.StartAsync(
            HistoryWork.Quick with
            {
                Settling = TimeSpan.FromSeconds(3),
                HitsBeforePause = 100_000,
            },
            byItself: true
        );
        var list = await server.ListAsync("racing");
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var load = Enumerable
            .Range(0, 4)
            .Select(async worker =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var i = Interlocked.Increment(ref sent);
                    using var answer = await server.Client.PostAsync(
                        new Uri("/v1/scan", UriKind.Relative),
                        new StringContent(
                            $$$"""
                            {"surface":"comment","contentRef":"{{{i}}}","hashes":{"pdq":"{{{Made.Pdq(
                                    "race"
                                ).ToHex()}}}","pdqQuality":90}}
                            """,
                            Encoding.UTF8,
                            "application/json"
                        )
                    );
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                    await Task.Delay(20);
                }
            })
            .ToList();
        await TestServer.EventuallyAsync(() => Task.FromResult(sent > 20 ? "" : null), "some are sent");
        await server.EntryAsync(list, new SignalValue { Pdq = Made.Bytes(Made.Pdq("race")) });
        await server.WithinASecondAsync(Made.Near("race", 0), Features.Scan.Deciding.Outcome.Review);
        var since = sent;
        await TestServer.EventuallyAsync(() => Task.FromResult(sent > since + 10 ? "" : null), "some more");
        await stop.CancelAsync();
        await Task.WhenAll(load);

        // One of these decisions is the test's own.
        await TestServer.EventuallyAsync(
            async () => await server.DecisionsAsync() >= sent + 1 ? "" : null,
            $"every upload has its decision: {sent}"
        );
        await server.HuntAsync();
        Assert.Equal(sent + 1, await server.DecisionsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hunt_that_finds_too_much_pauses_and_alarms_and_goes_on_when_a_person_lets_it()
    {
        await using var server = await HistoryWork.StartAsync(HistoryWork.Quick with { HitsBeforePause = 6 });
        var list = await server.ListAsync("flood");
        for (var i = 0; i < 16; i++)
        {
            await server.UploadAsync(Made.Flip(Made.Pdq("flat"), i), $"post/{i}", $"user-{i}");
        }
        await server.EntryAsync(list, new SignalValue { Pdq = Made.Bytes(Made.Pdq("flat")) });

        var hunt = await server.HuntAsync("flood", "paused");

        var id = hunt.Text("id");
        Assert.Equal(("too_many_hits", 6), (hunt.Text("problem"), hunt.Number("hits")));
        Assert.Equal(6, await server.CasesAsync());
        Assert.Equal(1, await AlarmsAsync());
        Assert.Contains(
            "may be wrong",
            await server.PageAsync($"/console/history/hunts/{id}"),
            StringComparison.Ordinal
        );

        await server.PostAsync($"/v1/hunts/{id}/resume", new { });
        Assert.Equal(12, (await server.UntilAsync(id, "paused")).Number("hits"));
        await server.PostAsync($"/v1/hunts/{id}/resume", new { });
        Assert.Equal(16, (await server.UntilAsync(id, "done")).Number("hits"));
        Assert.Equal(16, await server.CasesAsync());
        Assert.Equal(0, await AlarmsAsync());
        Assert.Equal(16, (await server.HitsAsync(id)).Count);

        Task<long> AlarmsAsync() =>
            server.AskAsync<long>(
                "select count(*) from alert where tenant = @tenant and code = 'hunt_too_many_hits' and state = 'Open'"
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_person_pauses_resumes_and_cancels_a_hunt()
    {
        await using var server = await HistoryWork.StartAsync(
            HistoryWork.Quick with
            {
                Settling = TimeSpan.FromSeconds(2),
            }
        );
        await server.ListAsync("any");
        await server.UploadAsync(Made.Pdq("a"));
        var id = (await server.StartHuntAsync()).Text("id");

        Assert.Equal("paused", (await server.PostAsync($"/v1/hunts/{id}/pause", new { })).Text("state"));
        await server.PostAsync($"/v1/hunts/{id}/pause", new { }, HttpStatusCode.Conflict);
        await Task.Delay(TimeSpan.FromSeconds(3), Made.Stop);
        Assert.Equal("paused", (await server.GetAsync($"/v1/hunts/{id}")).Text("state"));
        Assert.Equal("waiting", (await server.PostAsync($"/v1/hunts/{id}/resume", new { })).Text("state"));
        await server.UntilAsync(id, "done");
        await server.PostAsync($"/v1/hunts/{id}/cancel", new { }, HttpStatusCode.Conflict);
        var second = (await server.StartHuntAsync("any")).Text("id");
        Assert.Equal(
            "cancelled",
            (await server.PostAsync($"/v1/hunts/{second}/cancel", new { })).Text("state")
        );

        Assert.Equal(2, (await server.LedgerAsync("hunt.started")).Count);
        Assert.Single(await server.LedgerAsync("hunt.cancel"));
        await server.PostAsync("/v1/hunts", new { list = "none", reason = "x" }, HttpStatusCode.NotFound);
        await server.GetAsync($"/v1/hunts/{Guid.NewGuid()}", HttpStatusCode.NotFound);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_or_missing_part_is_named_as_not_hunted_and_the_rest_is_hunted(bool isMissing)
    {
        await using var server = await HistoryWork.StartAsync();
        var list = await server.ListAsync("late");
        for (var i = 0; i < 100; i++)
        {
            await server.UploadAsync(Made.Pdq($"{i}"), $"post/{i}");
        }
        await server.BuildAsync();
        var segments = server.Segments();
        Assert.Equal(2, segments.Count);
        var whole = await File.ReadAllBytesAsync(segments[0]);
        if (isMissing)
        {
            File.Delete(segments[0]);
        }
        else
        {
            var bytes = whole.ToArray();
            bytes[^40] ^= 1;
            await File.WriteAllBytesAsync(segments[0], bytes);
        }
        await server.EntriesAsync(
            list,
            [.. Enumerable.Range(0, 100).Select(i => new SignalValue { Pdq = Made.Bytes(Made.Pdq($"{i}")) })]
        );

        var hunt = await server.HuntAsync(end: "incomplete");

        Assert.Equal(("segments_damaged", 1), (hunt.Text("problem"), hunt.Number("damaged")));
        Assert.Equal(50, hunt.Number("hits"));
        var name = HistoryName.Parse(Path.GetFileName(segments[0]))!;
        var page = await server.PageAsync($"/console/history/hunts/{hunt.Text("id")}");
        Assert.Contains("not searched", page, StringComparison.Ordinal);
        Assert.Contains($"{name.Id}", page, StringComparison.Ordinal);
        Assert.Equal(1, (await server.GetAsync("/v1/history")).Number("damaged"));
        Assert.Contains("do not open", await server.PageAsync("/console/history"), StringComparison.Ordinal);
        Assert.Equal(
            1,
            await server.AskAsync<long>(
                "select count(*) from alert where tenant = @tenant and code = 'history_damaged' and state = 'Open'"
            )
        );

        // Brought back from a backup it is hunted again, whatever else lies beside it.
        await File.WriteAllBytesAsync(segments[0], whole);
        Directory.CreateDirectory(Path.Combine(server.DataFolder, "history", "t-No Tenant"));
        server.Get<TendHistory>().Destroy();
        await TestServer.EventuallyAsync(
            async () => (await server.GetAsync("/v1/history")).Number("damaged") == 0 ? server : null,
            "the segment is whole again"
        );
        Assert.Equal(50, (await server.HuntAsync()).Number("hits"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_may_not_be_scanned_now_is_not_hunted_and_counted()
    {
        await using var server = await HistoryWork.StartAsync();
        var list = await server.ListAsync("late");
        await server.UploadAsync(Made.Pdq("a"), surface: "comment");
        await server.UploadAsync(Made.Pdq("b"), surface: "profile");
        await server.EntriesAsync(
            list,
            [
                new SignalValue { Pdq = Made.Bytes(Made.Pdq("a")) },
                new SignalValue { Pdq = Made.Bytes(Made.Pdq("b")) },
            ]
        );
        await Ask.WriteAsync(server.Server, ScanRules.SurfacesOffSetting, "comment");
        await Task.Delay(TimeSpan.FromSeconds(2.1), Made.Stop);

        var hunt = await server.HuntAsync();

        Assert.Equal((1, 1), (hunt.Number("hits"), hunt.Number("refused")));
    }

    private static async Task<string> EventAsync(Tx tx, Guid decision)
    {
        var row = await tx.FindAsync<EventRow>(
            "select id, data from outbox_event where tenant = @tenant and type = 'decision.made' and subject = @subject",
            new { subject = decision.ToString() }
        );
        return Encoding.UTF8.GetString(
            tx.Secrets.Sealer("outbox event").Open(row!.Data, row.Id.ToByteArray())
        );
    }

    private sealed class EventRow
    {
        public Guid Id { get; init; }
        public byte[] Data { get; init; } = [];
    }
}
