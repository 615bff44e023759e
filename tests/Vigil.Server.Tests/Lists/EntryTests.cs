using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Lists;

public class EntryTests
{
    [Fact(Timeout = 180_000)]
    public async Task An_added_entry_is_what_scanning_reads_and_adding_it_again_adds_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("files");
        var body = new
        {
            entries = new[]
            {
                new
                {
                    md5 = ListsHere.Md5("a"),
                    sha1 = ListsHere.Sha1("a"),
                    pdq = ListsHere.Pdq("a"),
                    pdqQuality = 90,
                    sourceRef = "A-1",
                },
            },
        };

        var first = await server.PostAsync("/v1/lists/files/entries", body);
        var again = await server.PostAsync("/v1/lists/files/entries", body);

        Assert.Equal("added", first.GetProperty("entries")[0].Text("outcome"));
        Assert.Equal("already_there", again.GetProperty("entries")[0].Text("outcome"));
        Assert.Equal((1, 0, 0), await server.CountsAsync("files"));
        var (row, value) = Assert.Single(await server.ScanEntriesAsync());
        Assert.Equal("Active", row.State);
        Assert.Equal("File", row.Kind);
        Assert.Equal(first.Number("generation"), row.Generation);
        Assert.Equal(ListsHere.Md5("a"), Convert.ToHexStringLower(value.Md5!));
        Assert.Equal(ListsHere.Sha1("a"), Convert.ToHexStringLower(value.Sha1!));
        Assert.Equal(ListsHere.Pdq("a"), Convert.ToHexStringLower(value.Pdq!));
        Assert.Equal(90, value.PdqQuality);
        Assert.Null(value.Sha256);
    }

    [Fact(Timeout = 180_000)]
    public async Task Two_lists_with_the_same_file_share_one_signal()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("one");
        await server.CreateListAsync("two", "exploitative");
        object Entry(string reference) =>
            new { entries = new[] { new { sha256 = ListsHere.Sha256("a"), sourceRef = reference } } };

        await server.PostAsync("/v1/lists/one/entries", Entry("A-1"));
        await server.PostAsync("/v1/lists/one/entries", Entry("A-2"));
        await server.PostAsync("/v1/lists/two/entries", Entry("B-7"));

        var rows = await server.ScanEntriesAsync();
        Assert.Equal(3, rows.Count);
        Assert.Single(rows.Select(row => row.Row.SignalId).Distinct());
        Assert.Equal(3, rows.Select(row => row.Row.EntryId).Distinct().Count());
    }

    [Fact(Timeout = 180_000)]
    public async Task A_bad_entry_is_answered_for_by_itself_and_the_others_are_taken()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("mixed");

        var answer = await server.PostAsync(
            "/v1/lists/mixed/entries",
            new
            {
                entries = new object[]
                {
                    new { md5 = "12" },
                    new { md5 = "d41d8cd98f00b204e9800998ecf8427e" },
                    new { pdq = new string('0', 64) },
                    new { md5 = ListsHere.Md5("x"), pdq = "ff" + new string('0', 62) },
                    new { sourceRef = "nothing" },
                    new { md5 = ListsHere.Md5("y"), url = "http://a.example/" },
                    new { url = "ftp://a.example/" },
                    new { md5 = ListsHere.Md5("z") },
                },
            }
        );

        var rows = answer.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(
            [
                "rejected wrong-length",
                "rejected empty-file",
                "rejected all-zero",
                "added degenerate-pdq",
                "rejected bad_entry",
                "rejected bad_entry",
                "rejected bad_url",
                "added ",
            ],
            rows.Select(row => $"{row.Text("outcome")} {row.Text("code")}")
        );
        Assert.Equal((2, 0, 0), await server.CountsAsync("mixed"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_withdrawn_entry_stays_withdrawn_under_any_reference_until_its_source_says_otherwise()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("tomb");
        object Entries(string reference, bool restore = false, string? reason = null) =>
            new
            {
                entries = new[] { new { md5 = ListsHere.Md5("a"), sourceRef = reference } },
                restoreWithdrawn = restore,
                reason,
            };
        var added = await server.PostAsync("/v1/lists/tomb/entries", Entries("A-1"));
        var id = added.GetProperty("entries")[0].Text("entryId");

        await server.PostAsync($"/v1/lists/tomb/entries/{id}/withdraw", new { reason = "not what it was" });
        var again = await server.PostAsync("/v1/lists/tomb/entries", Entries("A-1"));
        var renamed = await server.PostAsync("/v1/lists/tomb/entries", Entries("A-2"));
        var unnamed = await server.PostAsync("/v1/lists/tomb/entries", Entries(""));
        var withoutReason = await server.PostAsync(
            "/v1/lists/tomb/entries",
            Entries("A-1", restore: true),
            HttpStatusCode.BadRequest
        );
        var tombstone = await server.GetAsync($"/v1/lists/tomb/entries/{id}");
        var counts = await server.CountsAsync("tomb");
        var restored = await server.PostAsync(
            "/v1/lists/tomb/entries",
            Entries("A-1", restore: true, "the source verified it again")
        );

        Assert.Equal("tombstoned", again.GetProperty("entries")[0].Text("outcome"));
        Assert.Equal("tombstoned", renamed.GetProperty("entries")[0].Text("outcome"));
        Assert.Equal("tombstoned", unnamed.GetProperty("entries")[0].Text("outcome"));
        Assert.Equal("reason_required", withoutReason.Text("code"));
        Assert.Equal("removed", tombstone.Text("state"));
        Assert.Equal("not what it was", tombstone.Text("reason"));
        Assert.Equal((0, 0, 1), counts);
        Assert.Equal("restored", restored.GetProperty("entries")[0].Text("outcome"));
        Assert.Equal((1, 0, 0), await server.CountsAsync("tomb"));
    }

    [Fact(Timeout = 180_000)]
    public async Task An_entry_is_quarantined_and_released_with_reasons_and_each_change_is_new_to_scanning()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("moves");
        var added = await server.PostAsync(
            "/v1/lists/moves/entries",
            new { entries = new[] { new { md5 = ListsHere.Md5("a") } } }
        );
        var entry = $"/v1/lists/moves/entries/{added.GetProperty("entries")[0].Text("entryId")}";

        var refused = await server.PostAsync(
            $"{entry}/quarantine",
            new { reason = " " },
            HttpStatusCode.BadRequest
        );
        await server.PostAsync($"{entry}/quarantine", new { reason = "disputed by the source" });
        var held = Assert.Single(await server.ScanEntriesAsync(added.Number("generation"))).Row;
        var counts = await server.CountsAsync("moves");
        await server.PostAsync($"{entry}/release", new { reason = "confirmed" });
        var free = Assert.Single(await server.ScanEntriesAsync(held.Generation)).Row;
        await server.PostAsync($"{entry}/withdraw", new { reason = "gone" });
        var late = await server.PostAsync(
            $"{entry}/release",
            new { reason = "back?" },
            HttpStatusCode.Conflict
        );

        Assert.Equal("reason_required", refused.Text("code"));
        Assert.Equal("Quarantined", held.State);
        Assert.Equal((0, 1, 0), counts);
        Assert.Equal("Active", free.State);
        Assert.Equal("wrong_state", late.Text("code"));
        Assert.Single(await server.LedgerAsync("entry.quarantined"));
        Assert.Single(await server.LedgerAsync("entry.released"));
        Assert.Single(await server.LedgerAsync("entry.withdrawn"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Disputed_entries_are_quarantined_in_the_transaction_of_the_finding_and_webhooks_hear_of_it()
    {
        await using var server = await TestServer.StartAsync();
        var list = await server.CreateListAsync("disputed");
        var added = await server.PostAsync(
            "/v1/lists/disputed/entries",
            new { entries = new[] { new { md5 = ListsHere.Md5("a") }, new { md5 = ListsHere.Md5("b") } } }
        );
        var key = new EntryKey(
            Guid.Parse(list.Text("id")),
            Guid.Parse(added.GetProperty("entries")[0].Text("entryId"))
        );

        await server.WriteAsync(async tx =>
        {
            await tx.RaiseAsync(new EntriesDisputed([key, key], CaseRef.New(), "a holiday picture"));
            return true;
        });

        Assert.Equal((1, 1, 0), await server.CountsAsync("disputed"));
        var entry = await server.GetAsync($"/v1/lists/disputed/entries/{key.EntryId}");
        Assert.Equal("quarantined", entry.Text("state"));
        Assert.Contains("a holiday picture", entry.Text("reason"));
        Assert.Contains("a holiday picture", Assert.Single(await server.LedgerAsync("entry.quarantined")));
        var told = await server.ReadAsync(tx =>
            tx.QueryAsync<string>(
                "select subject from outbox_event where tenant = @tenant and type = 'entry.quarantined'"
            )
        );
        Assert.Equal($"{key.EntryId}", Assert.Single(told));
        Assert.Equal(
            "Quarantined",
            Assert.Single(await server.ScanEntriesAsync(added.Number("generation"))).Row.State
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task A_steward_finds_the_entries_that_carry_a_value_by_any_of_its_fingerprints()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("one");
        await server.CreateListAsync("two");
        await server.PostAsync(
            "/v1/lists/one/entries",
            new { entries = new[] { new { md5 = ListsHere.Md5("a"), sha1 = ListsHere.Sha1("a") } } }
        );
        await server.PostAsync(
            "/v1/lists/two/entries",
            new
            {
                entries = new object[]
                {
                    new { md5 = ListsHere.Md5("a") },
                    new { domain = "Bad.Example." },
                    new { url = "HTTP://files.example:80/a/../b" },
                },
            }
        );
        async Task<int> CountAsync(object value)
        {
            var found = await server.PostAsync("/v1/lists/entries/lookup", value);
            return found.GetProperty("entries").GetArrayLength();
        }

        Assert.Equal(2, await CountAsync(new { md5 = ListsHere.Md5("a") }));
        Assert.Equal(1, await CountAsync(new { sha1 = ListsHere.Sha1("a") }));
        Assert.Equal(0, await CountAsync(new { md5 = ListsHere.Md5("b") }));
        Assert.Equal(1, await CountAsync(new { domain = "bad.example" }));
        Assert.Equal(1, await CountAsync(new { url = "http://files.example/b" }));
        var acts = await server.LedgerAsync("list.value_looked_up");
        Assert.Equal(5, acts.Count);
        Assert.DoesNotContain(acts, act => act.Contains(ListsHere.Md5("a"), StringComparison.Ordinal));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_reference_that_is_a_hash_is_kept_as_a_digest_that_stays_the_same()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("refs");
        var hash = ListsHere.Md5("a");
        var body = new { entries = new[] { new { md5 = hash, sourceRef = hash } } };

        await server.PostAsync("/v1/lists/refs/entries", body);
        var again = await server.PostAsync("/v1/lists/refs/entries", body);
        var shown = await server.GetAsync("/v1/lists/refs/entries");

        Assert.Equal("already_there", again.GetProperty("entries")[0].Text("outcome"));
        var reference = shown.GetProperty("entries")[0].Text("sourceRef");
        Assert.StartsWith("digest:", reference, StringComparison.Ordinal);
        Assert.DoesNotContain(hash, reference);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_quality_that_a_later_source_says_reaches_all_lists_of_that_file()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("bare");
        await server.CreateListAsync("rich");
        var bare = await server.PostAsync(
            "/v1/lists/bare/entries",
            new { entries = new[] { new { pdq = ListsHere.Pdq("a") } } }
        );

        await server.PostAsync(
            "/v1/lists/rich/entries",
            new { entries = new[] { new { pdq = ListsHere.Pdq("a"), pdqQuality = 95 } } }
        );

        var rows = await server.ScanEntriesAsync(bare.Number("generation"));
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(95, row.Value.PdqQuality));
    }

    [Fact(Timeout = 180_000)]
    public async Task Entries_are_paged_and_filtered_by_state_and_show_no_value()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("paged");
        await server.PostAsync(
            "/v1/lists/paged/entries",
            new { entries = Enumerable.Range(0, 25).Select(i => new { md5 = ListsHere.Md5($"{i}") }) }
        );
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var after = "";
        for (var pages = 0; pages < 4; pages++)
        {
            var page = await server.GetAsync($"/v1/lists/paged/entries?state=active&limit=10{after}");
            seen.UnionWith(page.GetProperty("entries").EnumerateArray().Select(entry => entry.Text("id")));
            after = $"&after={page.Text("next")}";
            if (page.Text("next").Length == 0)
            {
                break;
            }
        }

        Assert.Equal(25, seen.Count);
        var removed = await server.GetAsync("/v1/lists/paged/entries?state=removed");
        Assert.Equal(0, removed.GetProperty("entries").GetArrayLength());
        var bad = await server.GetAsync("/v1/lists/paged/entries?state=lost", HttpStatusCode.BadRequest);
        Assert.Equal("bad_state", bad.Text("code"));
        var text = (await server.GetAsync("/v1/lists/paged/entries")).ToString();
        Assert.DoesNotContain(ListsHere.Md5("3"), text);
    }
}
