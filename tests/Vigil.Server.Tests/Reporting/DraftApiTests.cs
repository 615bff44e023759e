using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

public class DraftApiTests
{
    private static readonly string Subject = DraftWork
        .Whole()
        .Replace("post/1", "post/4711", StringComparison.Ordinal);

    [Fact(Timeout = 120_000)]
    public async Task What_a_platform_told_becomes_a_draft_that_people_complete_version_by_version()
    {
        await using var server = await TestServer.StartAsync();
        using var platform = await server.ClientOfAsync(Scope.Scan);
        await server.SetAsync("report.reporterEmail", "reports@example.com");
        var reference = (await server.HitAsync("user-1")).Value;
        await PutAsync(platform, $"/v1/cases/{reference}/subject", Subject);
        Assert.Equal(
            2,
            (await PutAsync(platform, $"/v1/cases/{reference}/subject", Subject)).Number("version")
        );
        await PutAsync(platform, $"/v1/cases/{CaseRef.New()}/subject", Subject, 404);
        var bad = await PutAsync(
            platform,
            $"/v1/cases/{reference}/subject",
            """{"report": {"nonsense": 1}}""",
            400
        );
        Assert.Contains("report/nonsense", bad.Text("detail"), StringComparison.Ordinal);
        var large = new string('x', DraftLimits.SubjectBytes);
        await PutAsync(
            platform,
            $"/v1/cases/{reference}/subject",
            "{\"report\": {\"additionalInfo\": \"" + large + "\"}}",
            413
        );
        await server.GetJsonAsync($"/v1/cases/{reference}/subject", HttpStatusCode.Forbidden, platform);
        Assert.Equal(Subject, await server.Client.GetStringAsync($"/v1/cases/{reference}/subject"));

        var early = await DraftAsync(server, reference, HttpStatusCode.Conflict);
        Assert.Equal("nothing_confirmed", early.Text("code"));
        await server.DecideAsync(reference);
        var made = await DraftAsync(server, reference, key: "once");
        Assert.Equal(
            made.Text("reportId"),
            (await DraftAsync(server, reference, key: "once")).Text("reportId")
        );
        var path = $"/v1/reports/{made.Text("reportId")}";
        var draft = await server.GetJsonAsync($"{path}/draft");
        var person = draft.GetProperty("tip").GetProperty("report").GetProperty("personOrUserReported")[0];
        Assert.Equal("SAMPLE-7", person.Text("espIdentifier"));
        Assert.Equal("MD5", draft.GetProperty("files")[0].GetProperty("fingerprints")[0].GetString());
        Assert.Contains("post/4711", draft.Text("why"), StringComparison.Ordinal);
        Assert.Equal(0, (await server.GetJsonAsync($"{path}/diff")).GetProperty("changes").GetArrayLength());

        await EditAsync(server, path);
        await FollowAsync(server, reference, made.Text("reportId"));
        await PutAsync(platform, $"/v1/cases/{reference}/subject", "{}");
        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        var rules = Rules(await server.GetJsonAsync($"{path}/standing"));
        Assert.Contains("subject_changed", rules);
        Assert.Contains("not_confirmed", rules);
        Assert.Equal(3, (await server.LedgerAsync("report.drafted")).Count);
        Assert.Equal(3, (await server.LedgerAsync("report.subject_told")).Count);
        await NothingIsReadableAsync(server);
        await ClearedAsync(server, platform);
    }

    /// <summary>Who turns out to be cleared is forgotten here too, and no draft of theirs goes on.</summary>
    private static async Task ClearedAsync(TestServer server, HttpClient platform)
    {
        var reference = await server.OpenAsync("user-9");
        await PutAsync(platform, $"/v1/cases/{reference}/subject", Subject);
        await server.DecideAsync(reference);
        var id = (await DraftAsync(server, reference)).Text("reportId");
        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await server.DecideAsync(reference, "not_csam");
        await server.PostAsync($"/v1/cases/{reference}/purge", new { reason = "They ask for it." });
        await server.GetJsonAsync($"/v1/cases/{reference}/subject", HttpStatusCode.NotFound);
        var draft = await server.GetJsonAsync($"/v1/reports/{id}/draft");
        Assert.Equal("withdrawn", draft.Text("state"));
        Assert.DoesNotContain("SAMPLE-7", draft.ToString(), StringComparison.Ordinal);
        Assert.Equal("", draft.Text("why"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Knowledge_begins_with_the_first_confirmation_or_the_notice_and_survives_a_second_look()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        var reference = (await server.HitAsync("user-1")).Value;
        var first = time.GetUtcNow();
        await server.DecideAsync(reference);
        time.Advance(TimeSpan.FromHours(5));
        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await server.DecideAsync(reference);
        var known = (await DraftAsync(server, reference)).GetProperty("knowledgeAt").GetDateTimeOffset();
        Assert.InRange((known - first).TotalSeconds, -1, 30);

        var noticed = await server.OpenAsync(
            new
            {
                account = "user-2",
                surface = "comment",
                text = "A notice.",
                reason = "A hotline wrote.",
                notice = new
                {
                    from = "SAMPLE hotline",
                    reference = "H-1",
                    receivedAt = first.AddHours(-2),
                },
            }
        );
        var future = await server.PostAsync(
            "/v1/cases",
            new
            {
                surface = "comment",
                text = "A notice.",
                reason = "A hotline wrote.",
                notice = new { from = "SAMPLE hotline", receivedAt = time.GetUtcNow().AddMinutes(6) },
            },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("bad_received_at", future.Text("code"));
        await server.DecideAsync(noticed);
        var arrival = (await DraftAsync(server, noticed)).GetProperty("knowledgeAt").GetDateTimeOffset();
        Assert.InRange((arrival - first.AddHours(-2)).TotalSeconds, -1, 1);

        var sample = (await server.HitAsync("user-3", isTest: true)).Value;
        await server.DecideAsync(sample);
        Assert.Equal("test_case", (await DraftAsync(server, sample, HttpStatusCode.Conflict)).Text("code"));
        Assert.True(
            (await DraftAsync(server, sample, environment: "test")).GetProperty("isTest").GetBoolean()
        );
        foreach (
            var (body, code) in (IEnumerable<(object, string)>)
                [
                    (new { destination = "nowhere", environment = "test" }, "unknown_destination"),
                    (new { destination = "cybertip" }, "bad_environment"),
                    (
                        new
                        {
                            destination = "cybertip",
                            environment = "test",
                            incidentType = "1",
                        },
                        "unknown_incident_type"
                    ),
                ]
        )
        {
            var refused = await server.PostAsync(
                $"/v1/cases/{sample}/reports",
                body,
                HttpStatusCode.BadRequest
            );
            Assert.Equal(code, refused.Text("code"));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Fingerprints_are_read_from_what_is_sealed_on_record_and_a_batch_is_of_one_file()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var file = ViewingWork.Picture(1);
        var one = await SealedCaseAsync(server, "user-1", file);
        var two = await SealedCaseAsync(server, "user-2", file);
        var other = await SealedCaseAsync(server, "user-3", ViewingWork.Picture(2));
        var made = await DraftAsync(server, one, environment: "test");
        Assert.Equal("test_case", (await DraftAsync(server, one, HttpStatusCode.Conflict)).Text("code"));

        var officer = Actor.Machine(
            TenantId.Default,
            "test",
            Permission.ReportFile,
            Permission.ContentExport
        );
        var id = Guid.Parse(made.Text("reportId"));
        Assert.Equal(1, await FileHashes.FillAsync(server.Kernel(), officer, id, CancellationToken.None));
        Assert.Equal(0, await FileHashes.FillAsync(server.Kernel(), officer, id, CancellationToken.None));
        var draft = await server.GetJsonAsync($"/v1/reports/{id}/draft");
        var hashes = draft.GetProperty("tip").GetProperty("fileDetails")[0].GetProperty("originalFileHash");
        Assert.Contains(
            Convert.ToHexStringLower(SHA256.HashData(file)),
            hashes.ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(3, hashes.GetArrayLength());
        Assert.Single(await server.LedgerAsync("content.opened"));
        Assert.Single(await server.LedgerAsync("report.fingerprints_read"));

        var batch = await DraftAsync(server, one, environment: "test", batch: [two]);
        var batched = (await server.GetJsonAsync($"/v1/reports/{batch.Text("reportId")}/draft")).GetProperty(
            "tip"
        );
        Assert.Equal(2, batched.GetProperty("report").GetProperty("personOrUserReported").GetArrayLength());
        var naming = await server
            .Kernel()
            .Db.SystemAsync("test", isWrite: false, tx => NamingReports.OfAsync(tx, two));
        Assert.Equal(batch.Text("reportId"), Assert.Single(naming).Id.ToString());
        var refused = await DraftAsync(
            server,
            one,
            HttpStatusCode.Conflict,
            environment: "test",
            batch: [other]
        );
        Assert.Equal("not_in_this_batch", refused.Text("code"));
        // Who is not confirmed any more stands in no batch.
        var standing = $"/v1/reports/{batch.Text("reportId")}/standing";
        Assert.DoesNotContain("batch_not_confirmed", Rules(await server.GetJsonAsync(standing)));
        await server.PostAsync(
            $"/v1/cases/{two}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        Assert.Contains("batch_not_confirmed", Rules(await server.GetJsonAsync(standing)));
    }

    private static async Task<string> SealedCaseAsync(TestServer server, string account, byte[] file)
    {
        var reference = await server.HitAsync(account);
        var item = Guid.Parse(await server.ItemAsync(reference.Value));
        await server.SealAsync(reference, file, item);
        await server.DecideAsync(reference.Value);
        return reference.Value;
    }

    /// <summary>Reasons for what is missing, a version that is not the newest, and what changed.</summary>
    private static async Task EditAsync(TestServer server, string path)
    {
        var standing = await server.GetJsonAsync($"{path}/standing");
        var reasons = standing
            .GetProperty("missing")
            .EnumerateArray()
            .ToDictionary(field => field.Text("path"), _ => "It is not recorded.");
        Assert.NotEmpty(reasons);
        var edit = JsonSerializer.Serialize(
            new
            {
                version = 1,
                cannotSupply = reasons,
                why = "SAMPLE words",
            }
        );
        var saved = await PutAsync(server.Client, $"{path}/draft", edit);
        Assert.Equal((2, 0), (saved.Number("version"), saved.Number("blocking")));
        Assert.Equal(
            "draft_changed",
            (await PutAsync(server.Client, $"{path}/draft", edit, 409)).Text("code")
        );
        var diff = await server.GetJsonAsync($"{path}/diff");
        Assert.Equal(1, diff.Number("before"));
        Assert.Equal(reasons.Count + 1, diff.GetProperty("changes").GetArrayLength());
        var bad = await PutAsync(
            server.Client,
            $"{path}/draft",
            """{"version": 2, "tip": {"report": {"x": 1}}}""",
            400
        );
        Assert.Contains("report/x", bad.Text("detail"), StringComparison.Ordinal);
        bad = await PutAsync(
            server.Client,
            $"{path}/draft",
            """{"version": 2, "tip": {"report": {}, "fileDetails": [{"fileViewedByEsp": true}]}}""",
            400
        );
        Assert.Equal("not_viewed", bad.Text("code"));
    }

    private static async Task FollowAsync(TestServer server, string reference, string reportId)
    {
        await MoveAsync("Filed", "998877");
        var following = await server.PostAsync(
            $"/v1/cases/{reference}/reports",
            new
            {
                destination = "cybertip",
                environment = "production",
                follows = reportId,
            },
            HttpStatusCode.Created
        );
        // A number of the other environment means another report there, or none.
        foreach (
            var (made, isNamed) in ((string, bool)[])
                [(following.Text("reportId"), true), ($"{await server.DraftAsync(reference)}", false)]
        )
        {
            var draft = (await server.GetJsonAsync($"/v1/reports/{made}/draft")).ToString();
            Assert.Equal(isNamed, draft.Contains("998877", StringComparison.Ordinal));
        }
        await MoveAsync("Draft", null);
        foreach (
            var (follows, environment) in ((string, string)[])
                [(Guid.NewGuid().ToString(), "production"), (reportId, "test")]
        )
        {
            var refused = await server.PostAsync(
                $"/v1/cases/{reference}/reports",
                new
                {
                    destination = "cybertip",
                    environment,
                    follows,
                },
                HttpStatusCode.BadRequest
            );
            Assert.Equal("bad_follows", refused.Text("code"));
        }

        Task<int> MoveAsync(string state, string? remoteId) =>
            server.ExecuteAsync(
                "update report set state = @state, remote_id = @remoteId where tenant = @tenant and id = @id",
                new
                {
                    state,
                    remoteId,
                    id = Guid.Parse(reportId),
                }
            );
    }

    private static async Task NothingIsReadableAsync(TestServer server)
    {
        var rows = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<byte[]>(
                        """
                        select draft from report union all select draft from report_draft_before
                        union all select told from report_subject union all select canonical from ledger_event
                        """
                    )
            );
        Assert.True(rows.Count > 5);
        foreach (
            var word in (string[])
                ["SAMPLE-7", "user@example.org", "192.0.2.7", "00000000000000000000000000000000"]
        )
        {
            Assert.DoesNotContain(rows, row => row.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0);
        }
    }

    private static IEnumerable<string> Rules(JsonElement standing) =>
        standing.GetProperty("findings").EnumerateArray().Select(finding => finding.Text("rule"));

    private static Task<JsonElement> DraftAsync(
        TestServer server,
        string reference,
        HttpStatusCode expected = HttpStatusCode.Created,
        string environment = "production",
        string? key = null,
        string[]? batch = null
    ) =>
        server.PostAsync(
            $"/v1/cases/{reference}/reports",
            new
            {
                destination = "cybertip",
                environment,
                batch,
            },
            expected,
            key
        );

    private static async Task<JsonElement> PutAsync(
        HttpClient client,
        string path,
        string json,
        int expected = 200
    )
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PutAsync(new Uri(path, UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == expected, $"{path}: {answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}

internal static class Numbers
{
    public static int Number(this JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
