using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Files;
using Vigil.Server.Features.NoticesReceived;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.NoticesReceived;

public class NoticeTests
{
    private const string Sha256 = "5f2c8a0e9b7d4c3f1e6a8b9c0d2e4f6a7b8c9d0e1f2a3b4c5d6e7f8091a2b3c4";

    [Fact(Timeout = 120_000)]
    public async Task A_notice_finds_its_case_starts_the_clock_is_removed_and_answered()
    {
        await using var server = await TestServer.StartAsync();
        using var machine = await server.ClientOfAsync(Scope.Notices);
        var known = await server.OpenAsync(
            new
            {
                contentRef = "https://Platform.example:443/post/4711",
                surface = "public_post",
                text = "Seen.",
                reason = "A call came.",
            }
        );
        var received = DateTimeOffset.UtcNow.AddHours(-2);

        var taken = await TakeAsync(server, machine, "R-1", ["https://platform.example/post/4711"], received);

        Assert.Equal((known, "found"), (taken.Text("caseRef"), taken.Text("located")));
        var id = taken.Text("noticeId");
        var item = (await server.FileAsync(known)).GetProperty("items")[1];
        // The law's clocks begin with the notice, not with the decision that follows.
        Assert.Equal(
            received.ToUnixTimeSeconds(),
            item.GetProperty("notice").GetProperty("receivedAt").GetDateTimeOffset().ToUnixTimeSeconds()
        );
        Assert.DoesNotContain(Sha256, item.ToString(), StringComparison.OrdinalIgnoreCase);
        var again = await TakeAsync(
            server,
            machine,
            " r 1",
            ["https://platform.example/post/4711"],
            received
        );
        Assert.True(again.GetProperty("isRepeat").GetBoolean());
        Assert.Equal(id, again.Text("noticeId"));
        var opened = await TakeAsync(server, machine, "R-2", ["post/99"], received);
        Assert.Equal("opened", opened.Text("located"));

        await server.GetJsonAsync($"/v1/notices/{id}", HttpStatusCode.Forbidden, machine);
        await server.DecideAsync(known);
        await ConfirmAsync(server, known, item.Text("id"));
        Assert.Equal(
            "confirmed",
            StepOf(await server.GetJsonAsync($"/v1/notices/{id}"), "review").Text("outcome")
        );
        var early = await ReplyAsync(server, id, "removed", HttpStatusCode.Conflict);
        Assert.Equal("not_removed", early.Text("code"));
        await server.PostAsync($"/v1/notices/{id}/removal-wanted", new { reason = "A person confirmed it." });
        Assert.Contains("notice.removal_wanted", await server.OutboxAsync(known));
        await server.PostAsync($"/v1/notices/{id}/removal", new { state = "removed" }, client: machine);
        var answered = await ReplyAsync(server, id, "removed", HttpStatusCode.OK);
        Assert.Equal("answered", answered.GetProperty("status").Text("state"));
        Assert.Equal(JsonValueKind.Null, answered.GetProperty("status").GetProperty("next").ValueKind);
        Assert.Equal(
            "answered",
            (await ReplyAsync(server, id, "refused", HttpStatusCode.Conflict)).Text("code")
        );
        Assert.Equal(1, answered.GetProperty("hashes").GetInt32());
        await CheckSecretAsync(server, id);
        await CheckOutcomesAsync(server, machine, known);
        await CheckOtherTenantAsync(server, id, known);
    }

    [Fact(Timeout = 120_000)]
    public async Task Each_step_has_a_clock_with_alarms_and_what_is_written_badly_is_refused_without_its_values()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        var received = time.GetUtcNow();
        var id = (await TakeAsync(server, server.Client, "R-1", ["post/1"], received)).Text("noticeId");
        var watch = server.Server.Services.GetRequiredService<WatchNotices>();
        time.Pass(TimeSpan.FromHours(19));
        await watch.LookAsync(CancellationToken.None);
        Assert.Empty(await AlarmsAsync(server));
        time.Pass(TimeSpan.FromHours(1));
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(
            [$"notice_due_soon {id} remove", $"notice_due_soon {id} review"],
            await AlarmsAsync(server)
        );
        time.Pass(TimeSpan.FromHours(5));
        await watch.LookAsync(CancellationToken.None);
        Assert.Contains($"notice_overdue {id} remove", await AlarmsAsync(server));
        var view = await server.GetJsonAsync($"/v1/notices/{id}");
        Assert.Equal("overdue", StepOf(view, "remove").Text("clock"));
        Assert.Equal("platform", StepOf(view, "remove").Text("owner"));
        await server.PostAsync($"/v1/notices/{id}/removal", new { state = "not_found" });
        Assert.DoesNotContain(
            await AlarmsAsync(server),
            alarm => alarm.EndsWith("remove", StringComparison.Ordinal)
        );
        var numbers = (await server.GetJsonAsync("/v1/notices/statistics")).GetProperty("senders")[0];
        Assert.Equal(1, numbers.GetProperty("overdue").GetInt64());

        foreach (
            var (wanted, code) in new (object, string)[]
            {
                (Wanted("R-9", [], received) with { Hashes = [], SenderKind = "stranger" }, "bad_senderKind"),
                (Wanted("R-9", [], received) with { Hashes = [], Text = null }, "nothing_named"),
                (
                    Wanted("R-9", [], received) with
                    {
                        Hashes = [new NoticeHash { Algorithm = "sha256", Value = "quetzal" }],
                    },
                    "bad_hash"
                ),
                (Wanted("R-9", [], received.AddDays(-400)), "bad_received_at"),
                (Wanted("R-9", [], time.GetUtcNow().AddMinutes(6)), "bad_received_at"),
                (Wanted("R-9", [], received) with { Deadline = received.AddDays(-1) }, "bad_deadline"),
                (Wanted("R-9", [], received) with { Surface = "moon" }, "unknown_surface"),
            }
        )
        {
            var problem = await server.PostAsync("/v1/notices", wanted, HttpStatusCode.BadRequest);
            Assert.Equal(code, problem.Text("code"));
            Assert.DoesNotContain("quetzal", problem.ToString(), StringComparison.Ordinal);
        }
        // Two clocks may differ by a little.
        await TakeAsync(server, server.Client, "R-9", [], time.GetUtcNow().AddMinutes(4));
    }

    private static NoticeRequest Wanted(string reference, string[] contents, DateTimeOffset received) =>
        new()
        {
            SenderKind = "hotline",
            Sender = "Example Hotline",
            Reference = reference,
            ReceivedAt = received,
            Category = "suspected_csam",
            Action = "remove",
            Contents = contents,
            Hashes = [new NoticeHash { Algorithm = "sha256", Value = Sha256 }],
            Surface = "public_post",
            Text = "Please look at this.",
        };

    private static Task<JsonElement> TakeAsync(
        TestServer server,
        HttpClient client,
        string reference,
        string[] contents,
        DateTimeOffset received
    ) =>
        server.PostAsync(
            "/v1/notices",
            Wanted(reference, contents, received),
            HttpStatusCode.Created,
            client: client
        );

    private static Task<JsonElement> ReplyAsync(
        TestServer server,
        string id,
        string outcome,
        HttpStatusCode expected
    ) => server.PostAsync($"/v1/notices/{id}/reply", new { outcome, text = "By mail." }, expected);

    private static JsonElement StepOf(JsonElement view, string step) =>
        view.GetProperty("steps").EnumerateArray().Single(row => row.Text("step") == step);

    /// <summary>As the cases tell it when a confirmation leaves.</summary>
    private static Task<bool> ConfirmAsync(TestServer server, string reference, string item) =>
        server
            .Kernel()
            .Db.WriteAsync(
                CaseWork.Scanner,
                Permission.ScanSubmit,
                async tx =>
                {
                    await tx.RaiseAsync(
                        new CaseConfirmed(new CaseRef(reference), [Guid.Parse(item)], tx.Now)
                    );
                    return true;
                }
            );

    private static Task<IReadOnlyList<string>> AlarmsAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<string>(
                        """
                        select code || ' ' || about from alert
                        where tenant = @tenant and state <> 'Closed' and code like 'notice%' order by code, about
                        """
                    )
            );

    private static async Task CheckSecretAsync(TestServer server, string id)
    {
        var page = await server.Client.GetStringAsync($"/console/notices/{id}");
        Assert.DoesNotContain(Sha256, page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("1, sealed", page, StringComparison.Ordinal);
        foreach (
            var file in Directory
                .EnumerateFiles(server.DataFolder, "*", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
        )
        {
            await using var stream = InputFile.OpenRead(file);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            Assert.True(
                bytes.ToArray().AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(Sha256)) < 0,
                file
            );
            Assert.True(bytes.ToArray().AsSpan().IndexOf(Convert.FromHexString(Sha256)) < 0, file);
        }
    }

    private static async Task CheckOutcomesAsync(TestServer server, HttpClient machine, string reference)
    {
        await FiledAsync(server, reference, "Production");
        // The same number at the test environment, of another case and later, is another report's.
        await FiledAsync(server, "VC-0000-0000-00", "Test", 1);
        await SayAsync(
            new
            {
                remoteReportId = "998877",
                from = "authority",
                outcome = "informational",
            }
        );
        Assert.Equal("decided", (await server.FileAsync(reference)).GetProperty("case").Text("state"));
        await SayAsync(
            new
            {
                remoteReportId = "998877",
                from = "authority",
                outcome = "more_wanted",
            }
        );
        Assert.Equal("open", (await server.FileAsync(reference)).GetProperty("case").Text("state"));
        await SayAsync(
            new
            {
                remoteReportId = "1",
                from = "authority",
                outcome = "arrest",
            },
            HttpStatusCode.NotFound
        );
        await SayAsync(new { from = "authority", outcome = "arrest" }, HttpStatusCode.BadRequest);
        var numbers = await server.GetJsonAsync("/v1/notices/statistics");
        var said = numbers.GetProperty("outcomes")[0];
        Assert.Equal(
            ("cybertip", 0.5),
            (said.Text("destination"), said.GetProperty("informationalShare").GetDouble())
        );
        Assert.Equal(2, numbers.GetProperty("senders")[0].GetProperty("received").GetInt64());
        Assert.Equal(1, numbers.GetProperty("senders")[0].GetProperty("answered").GetInt64());
        Assert.Contains(
            "more wanted",
            await server.Client.GetStringAsync("/console/notices/outcomes"),
            StringComparison.Ordinal
        );

        await FiledAsync(server, "VC-0000-0000-00", "Production", 1);
        await SayAsync(
            new
            {
                remoteReportId = "998877",
                from = "authority",
                outcome = "not_csam",
            },
            HttpStatusCode.Conflict
        );

        Task SayAsync(object body, HttpStatusCode expected = HttpStatusCode.Created) =>
            server.PostAsync("/v1/notices/feedback", body, expected, client: machine);
    }

    private static Task<int> FiledAsync(
        TestServer server,
        string reference,
        string environment,
        int at = 0
    ) =>
        server.ExecuteAsync(
            """
            insert into report (tenant, id, case_ref, destination, environment, jurisdiction, state, state_since, owner,
                is_test, is_high_priority, knowledge_at, created_at, created_by, draft_version, draft, remote_id, filed_at)
            values (@tenant, @id, @reference, 'cybertip', @environment, 'US', 'Filed', 0, '', @no, @no, 0, 0, 'test', 1,
                @draft, '998877', @at)
            """,
            new
            {
                id = Guid.CreateVersion7(),
                reference,
                environment,
                no = false,
                draft = Array.Empty<byte>(),
                at = DateTimeOffset.FromUnixTimeMilliseconds(at),
            }
        );

    private static async Task CheckOtherTenantAsync(TestServer server, string id, string reference)
    {
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "Acme" },
            HttpStatusCode.Created
        );
        using var stranger = await server.KnownAsync(made.Text("firstKey"));
        await server.GetJsonAsync($"/v1/notices/{id}", HttpStatusCode.NotFound, stranger);
        await server.PostAsync(
            $"/v1/notices/{id}/removal",
            new { state = "removed" },
            HttpStatusCode.NotFound,
            client: stranger
        );
        await server.PostAsync(
            "/v1/notices/feedback",
            new
            {
                caseRef = reference,
                from = "hotline",
                outcome = "arrest",
            },
            HttpStatusCode.NotFound,
            client: stranger
        );
        await server.PostAsync(
            "/v1/notices/feedback",
            new
            {
                remoteReportId = "998877",
                from = "hotline",
                outcome = "arrest",
            },
            HttpStatusCode.NotFound,
            client: stranger
        );
        Assert.Empty(
            (await server.GetJsonAsync("/v1/notices?state=all", client: stranger))
                .GetProperty("notices")
                .EnumerateArray()
        );
    }
}
