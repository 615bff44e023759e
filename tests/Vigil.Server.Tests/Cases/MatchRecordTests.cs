using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What persons decided of a list's matches, told to the next one who judges one of them.</summary>
public class MatchRecordTests
{
    private const string List = "made-list";
    private const int Entries = 22;

    [Fact(Timeout = 120_000)]
    public async Task Who_judges_a_match_is_told_what_came_of_the_list_before_and_a_platform_is_not()
    {
        await using var server = await TestServer.StartAsync();
        await ListedAsync(server);
        var hits = new List<JsonElement>();
        for (var i = 0; i < Entries; i++)
        {
            hits.Add(await ScanAsync(server, i));
        }
        var cases = hits.Select(hit => hit.Text("caseRef")).ToList();
        await server.PostAsync(
            "/v1/cases/decisions",
            new
            {
                cases = cases.Take(19),
                reason = ReviewWork.Why,
                person = ReviewWork.Person,
            }
        );
        var open = cases[21];
        var few = await RecordAsync(server, open);
        Assert.Equal(JsonValueKind.Null, few.GetProperty("there").GetProperty("share").ValueKind);
        Assert.Contains(
            "too few decisions to say (19 confirmed, 0 not CSAM",
            few.GetProperty("there").Text("text"),
            StringComparison.Ordinal
        );

        await server.DecideAsync(cases[19], "not_csam");
        await OneConfirmedFirstAsync(server, cases[0]);

        var record = await RecordAsync(server, open);
        Assert.Equal((18, 2, 1), CountsOf(record.GetProperty("list")));
        Assert.Equal((0, 0, 0), CountsOf(record.GetProperty("entry")));
        var there = record.GetProperty("there");
        Assert.Equal((18, 2, 1), CountsOf(there.GetProperty("judged")));
        Assert.Equal(0.9, there.GetProperty("share").GetDouble());
        Assert.Equal(0.699, there.GetProperty("low").GetDouble(), 3);
        Assert.Equal(0.972, there.GetProperty("high").GetDouble(), 3);
        Assert.Equal(
            (20, 20),
            (there.GetProperty("entries").GetInt32(), there.GetProperty("unseen").GetInt32())
        );
        // The entry's own, at a case that it found.
        Assert.Equal((0, 1, 1), CountsOf((await RecordAsync(server, cases[0])).GetProperty("entry")));

        await UncountedAsync(server, hits[20], record);
        await PagesAsync(server, hits[21]);
    }

    [Fact(Timeout = 120_000)]
    public async Task Distances_are_counted_apart_and_nobody_inside_fences_is_told_of_others_cases()
    {
        await using var server = await TestServer.StartAsync();
        var list = Guid.NewGuid();
        int?[] bits = [null, 0, 10, 11, 20, 21, 31, 32];
        var kinds = bits.Select(bit => new MatchKind(list, Guid.NewGuid(), "similar", bit)).ToList();
        foreach (var kind in kinds)
        {
            await server.DecideAsync(
                await server.MatchAsync(new EntryKey(list, kind.EntryId), "similar", kind.DistanceBits)
            );
        }

        var found = (await AskAsync(server, Reader(null), kinds)).ByMatch;

        Assert.Equal([1, 2, 2, 2, 2, 2, 2, 1], kinds.Select(kind => found[kind].There.Judged.Confirmed));
        Assert.All(
            found.Values,
            record => Assert.Equal((8, 1), (record.List.Confirmed, record.Entry.Confirmed))
        );
        var exact = kinds[0] with { Strength = "exact" };
        Assert.Equal(
            0,
            (await AskAsync(server, Reader(null), [exact])).ByMatch[exact].There.Judged.Confirmed
        );
        Assert.Empty((await AskAsync(server, Reader(new CaseFence(Guid.NewGuid(), null)), kinds)).ByMatch);
        // A list of more matches than are looked up at once.
        var many = Enumerable.Range(0, 400).Select(i => kinds[0] with { EntryId = Guid.NewGuid() }).ToList();
        Assert.Equal(250, (await AskAsync(server, Reader(null), many)).ByMatch.Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_reports_of_an_accounts_cases_stand_beside_them()
    {
        await using var server = await TestServer.StartAsync();
        var first = await server.OpenAsync("user-1", "known_csam", "US");
        await server.DecideAsync(first);
        var batch = await server.OpenAsync("user-2", "known_csam", "US");
        var second = await server.OpenAsync("user-1", "known_csam", "US");
        Assert.NotEqual(first, second);
        await ReportedAsync(server, first, "Filed", "R-1");
        await ReportedAsync(server, first, "Draft", "R-2");
        await ReportedAsync(server, batch, "Filed", "R-3", also: second);
        await ReportedAsync(server, batch, "Filed", "R-4");

        var reports = (await server.FileAsync(second)).GetProperty("reports").EnumerateArray().ToList();

        Assert.Equal(
            new[] { $"{first} filed R-1", $"{second} filed R-3" }.Order(),
            reports
                .Select(report =>
                    $"{report.Text("caseRef")} {report.Text("state")} {report.Text("recipient").Split(' ')[^1]}"
                )
                .Order()
        );
        var page = await PageAsync(server, $"/console/cases/{second}");
        Assert.Contains("<th scope=\"row\">Reports of the account</th>", page, StringComparison.Ordinal);
        Assert.Contains("their number R-1", page, StringComparison.Ordinal);
    }

    /// <summary>Test items, samples, and what can still be undone change no number.</summary>
    private static async Task UncountedAsync(TestServer server, JsonElement hit, JsonElement before)
    {
        var decided = hit.Text("caseRef");
        var list = (await server.FileAsync(decided)).GetProperty("facts")[0].GetProperty("matches")[0];
        var entry = new EntryKey(list.GetProperty("listId").GetGuid(), list.GetProperty("entryId").GetGuid());
        var test = await server
            .Kernel()
            .Db.WriteAsync(
                CaseWork.Scanner,
                Permission.ScanSubmit,
                tx =>
                    tx.AskAsync<CaseWanted, CaseRef>(
                        CaseWork.Wanted("tester", isTest: true) with
                        {
                            Match = new MatchedEntry(entry, "exact", null),
                        }
                    )
            );
        await server.DecideAsync(test.Value);
        var sample = await server.MatchAsync(entry, account: "sample");
        await server.DecideAsync(sample);
        await ExecuteAsync(
            server,
            "update case_file set gold_for = 'person:reviewer-9' where tenant = @tenant and ref = @sample",
            new { sample }
        );
        await server.SetAsync("cases.undoSeconds", "300");
        await server.DecideAsync(decided);

        var after = await RecordAsync(server, decided);
        Assert.Equal(before.GetProperty("there").ToString(), after.GetProperty("there").ToString());
        Assert.Equal((0, 0, 0), CountsOf(after.GetProperty("entry")));
    }

    private static async Task PagesAsync(TestServer server, JsonElement hit)
    {
        string[] told =
        [
            "Source: A made source; verified, attested by its source.",
            "18 confirmed, 2 not CSAM (1 of them confirmed first, then reversed). Of this entry: 0 confirmed",
            "Precision of its known matches: 90 % (95 % interval 69.9 to 97.2 %)",
        ];
        var (reference, scan) = (hit.Text("caseRef"), hit.Text("scanId"));
        foreach (var path in new[] { $"/console/cases/{reference}", $"/console/scans/{scan}" })
        {
            var page = await PageAsync(server, path);
            Assert.All(told, text => Assert.Contains(text, page, StringComparison.OrdinalIgnoreCase));
        }
        using var platform = await server.ClientOfAsync(Scope.Scan);
        var status = await server.GetJsonAsync($"/v1/cases/{reference}", client: platform);
        var decision = await server.GetJsonAsync($"/v1/decisions/{scan}");
        await server.GetJsonAsync($"/v1/cases/{reference}/file", HttpStatusCode.Forbidden, platform);
        foreach (var answer in new[] { hit, status, decision })
        {
            Assert.DoesNotContain("recision", answer.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("record", answer.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    private static async Task OneConfirmedFirstAsync(TestServer server, string reference)
    {
        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await server.DecideAsync(reference, "not_csam");
    }

    private static async Task<JsonElement> RecordAsync(TestServer server, string reference) =>
        (await server.FileAsync(reference))
            .GetProperty("facts")[0]
            .GetProperty("matches")[0]
            .GetProperty("record");

    private static (int Confirmed, int NotCsam, int Reversed) CountsOf(JsonElement judged) =>
        (
            judged.GetProperty("confirmed").GetInt32(),
            judged.GetProperty("notCsam").GetInt32(),
            judged.GetProperty("reversed").GetInt32()
        );

    private static Actor Reader(CaseFence? fence) =>
        new(
            TenantId.Default,
            ActorKind.Person,
            "person:reader",
            new HashSet<Permission> { Permission.CaseRead }
        )
        {
            Fence = fence,
        };

    private static Task<MatchRecords> AskAsync(
        TestServer server,
        Actor actor,
        IReadOnlyList<MatchKind> kinds
    ) =>
        server
            .Kernel()
            .Db.ReadAsync(
                actor,
                Permission.CaseRead,
                tx => tx.AskAsync<MatchRecordsWanted, MatchRecords>(new MatchRecordsWanted(kinds))
            );

    private static async Task ReportedAsync(
        TestServer server,
        string reference,
        string state,
        string remoteId,
        string? also = null
    )
    {
        var id = Guid.NewGuid();
        await ExecuteAsync(
            server,
            """
            insert into report (tenant, id, case_ref, destination, environment, jurisdiction, state, state_since, owner,
                is_test, is_high_priority, knowledge_at, created_at, created_by, draft_version, draft, remote_id)
            values (@tenant, @id, @reference, 'us-cybertipline', 'Production', 'US', @state, 0, '', @no, @no, 0, 0,
                'test', 1, @draft, @remoteId)
            """,
            new
            {
                id,
                reference,
                state,
                remoteId,
                no = false,
                draft = Array.Empty<byte>(),
            }
        );
        if (also is not null)
        {
            await ExecuteAsync(
                server,
                "insert into report_batch_case (tenant, case_ref, report_id) values (@tenant, @also, @id)",
                new { also, id }
            );
        }
    }

    private static Task<int> ExecuteAsync(TestServer server, string sql, object values) =>
        server.Kernel().Db.SystemAsync("test", isWrite: true, tx => tx.ExecuteAsync(sql, values));

    private static async Task<string> PageAsync(TestServer server, string path)
    {
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }

    private static string ShaOf(int number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"a picture {number}")));

    private static async Task ListedAsync(TestServer server)
    {
        await server.PostAsync(
            "/v1/lists",
            new
            {
                name = List,
                purpose = "known-csam",
                source = "A made source",
                confidence = "verified",
                attestation = "Said in a test.",
            },
            HttpStatusCode.Created
        );
        using var enforce = await server.Client.PatchAsync(
            new Uri($"/v1/lists/{List}", UriKind.Relative),
            JsonContent.Create(new { mode = "enforce", reason = "A test." })
        );
        Assert.Equal(HttpStatusCode.OK, enforce.StatusCode);
        await server.PostAsync(
            $"/v1/lists/{List}/entries",
            new { entries = Enumerable.Range(0, Entries).Select(i => new { sha256 = ShaOf(i) }) }
        );
    }

    /// <summary>A change of a list is seen within a second; what is not found leaves nothing.</summary>
    private static async Task<JsonElement> ScanAsync(TestServer server, int number) =>
        (JsonElement)
            await TestServer.EventuallyAsync<object>(
                async () =>
                {
                    var answer = await server.PostAsync(
                        "/v1/scan",
                        new
                        {
                            surface = "public_post",
                            jurisdiction = "DE",
                            account = $"user-{number}",
                            contentRef = $"post/{number}",
                            hashes = new { sha256 = ShaOf(number) },
                        }
                    );
                    return answer.Text("decision") == "none" ? null : answer;
                },
                "the list is followed"
            );
}
