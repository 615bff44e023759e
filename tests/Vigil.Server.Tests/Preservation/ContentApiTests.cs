using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Files;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;
using static Vigil.Server.Tests.Preservation.ContentWork;

namespace Vigil.Server.Tests.Preservation;

public class ContentApiTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_file_brought_into_a_case_is_sealed_under_a_hold_and_told_in_facts_only()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);

        var made = await BringAsync(server, reference, Jpeg, HttpStatusCode.Created);

        var id = made.GetProperty("contentId").GetGuid();
        var again = await BringAsync(server, reference, Jpeg, HttpStatusCode.Created);
        Assert.Equal(id, again.GetProperty("contentId").GetGuid());
        var content = await server.GetJsonAsync($"/v1/contents/{id}");
        Assert.Equal(
            ("picture", "sealed", true),
            (content.Text("kind"), content.Text("state"), content.GetProperty("sample").GetBoolean())
        );
        Assert.Equal(Jpeg.Length, content.GetProperty("bytes").GetInt64());
        var hold = Assert.Single(content.GetProperty("holds").EnumerateArray());
        Assert.Equal("preservation", hold.Text("kind"));
        Assert.DoesNotContain("sha", content.ToString(), StringComparison.OrdinalIgnoreCase);
        var list = await server.GetJsonAsync($"/v1/contents?case={reference}");
        Assert.Single(list.GetProperty("contents").EnumerateArray());
        Assert.Empty(
            (await server.GetJsonAsync("/v1/contents?state=destroyed"))
                .GetProperty("contents")
                .EnumerateArray()
        );
        var row = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                false,
                tx =>
                    tx.FindAsync<string>(
                        "select kind || ' ' || state || ' ' || case_ref from content_overview where tenant = @tenant"
                    )
            );
        Assert.Equal($"picture Sealed {reference}", row);
        Assert.Single(await server.LedgerAsync("content.sealed"));
        Assert.Single(await server.LedgerAsync("hold.placed"));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_cannot_be_sealed_is_refused_with_a_code_of_its_own_and_leaves_nothing()
    {
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options =>
                options with
                {
                    Contents = new ContentLimits { MaxBytes = 200_000, MaxPerCase = 2 },
                }
        );
        var reference = await server.HitAsync("user-1", isTest: true);
        Assert.Equal("other_digest", await CodeAsync(server, reference, Jpeg, 422, SHA256.HashData([1])));
        Assert.Equal("content_too_large", await CodeAsync(server, reference, new byte[200_001], 413));
        Assert.Equal("content_too_large", await CodeAsync(server, reference, [], 413));
        Assert.Equal("not_found", await CodeAsync(server, CaseRef.New(), Jpeg, 404));
        Assert.Equal("not_found", await CodeAsync(server, reference, Jpeg, 404, item: Guid.NewGuid()));
        Assert.Equal("digest_needed", await CodeAsync(server, reference, Jpeg, 400, []));
        await BringAsync(server, reference, [1], HttpStatusCode.Created);
        await BringAsync(server, reference, [2], HttpStatusCode.Created);
        Assert.Equal("content_quota_reached", await CodeAsync(server, reference, [3], 409));
        var closed = await server.HitAsync("user-2", isTest: true);
        await server.PostAsync(
            $"/v1/cases/{closed}/close",
            new
            {
                because = "duplicate",
                reason = "A test.",
                person = ReviewWork.Person,
            }
        );
        Assert.Equal("case_closed", await CodeAsync(server, closed, Jpeg, 409));

        var objects = server.Kernel().Contents.Kept.Of(TenantId.Default).Locker.List();
        Assert.Equal(2, objects.Count());
        Assert.Equal(2, (await server.GetJsonAsync("/v1/retention")).GetProperty("held").GetInt64());
    }

    [Fact(Timeout = 120_000)]
    public async Task Nothing_is_sealed_of_what_a_person_found_to_be_no_CSAM()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var cleared = await OpenByHandAsync(server, "US");
        await server.DecideAsync(cleared.Value, "not_csam");
        Assert.Equal("case_cleared", await CodeAsync(server, cleared, Jpeg, 409));

        // One item of two: the other, and the case as a whole, take contents.
        var mixed = await server.HitAsync("user-1", isTest: true);
        Assert.Equal(mixed, await server.HitAsync("user-1", isTest: true));
        var items = (await server.GetJsonAsync($"/v1/cases/{mixed}/file")).GetProperty("items");
        var (one, other) = (items[0].GetProperty("id").GetGuid(), items[1].GetProperty("id").GetGuid());
        await ClearAsync(server, one);
        Assert.Equal("case_cleared", await CodeAsync(server, mixed, Jpeg, 409, item: one));
        await BringAsync(server, mixed, Jpeg, HttpStatusCode.Created, other);
        await BringAsync(server, mixed, Jpeg, HttpStatusCode.Created);
        await ClearAsync(server, other);
        Assert.Equal("case_cleared", await CodeAsync(server, mixed, [1], 409));
        Assert.Equal(2, (await server.GetJsonAsync("/v1/retention")).GetProperty("held").GetInt64());
    }

    /// <summary>These items rest on no decision of scanning, which a person's would reverse.</summary>
    private static Task<int> ClearAsync(TestServer server, Guid item) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                true,
                tx =>
                    tx.ExecuteAsync(
                        "update case_item set state = 'NotCsam' where tenant = @tenant and id = @item",
                        new { item }
                    )
            );

    [Fact(Timeout = 120_000)]
    public async Task Nothing_is_sealed_where_the_law_keeps_nothing_or_before_a_recovery_drill()
    {
        await using var server = await TestServer.StartAsync(isDrilled: false);
        var german = await server.HitAsync("user-1");
        Assert.Equal("no_recovery_drill", await CodeAsync(server, german, Jpeg, 409));
        var page = await server.Client.GetStringAsync("/console/held/root-key");
        Assert.Contains("No recovery drill has passed", page, StringComparison.Ordinal);
        Drills.Pass(server.DataFolder, Drills.Sheets(server.DataFolder)[1..]);
        page = await server.Client.GetStringAsync("/console/held/root-key");
        Assert.Contains("The recovery drill passed", page, StringComparison.Ordinal);

        Assert.Equal("not_permitted_here", await CodeAsync(server, german, Jpeg, 403));

        var american = await OpenByHandAsync(server, "US");
        await BringAsync(server, american, Jpeg, HttpStatusCode.Created);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_file_of_a_scanned_item_is_the_one_that_was_scanned()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.Client.CreateListAsync("list");
        var (right, wrong) = (RandomNumberGenerator.GetBytes(1000), RandomNumberGenerator.GetBytes(1000));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(right));
        await server.Client.AddEntryAsync("list", sha256);
        var hit = await TestServer.EventuallyAsync(
            async () =>
                (await server.Client.ScanAsync(sha256, "user-1")) is var answer
                && answer.Text("decision") is "block" or "review"
                    ? answer.Text("caseRef")
                    : null,
            "the entry is in force"
        );
        var file = await server.GetJsonAsync($"/v1/cases/{hit}/file");
        var item = file.GetProperty("items")[0].GetProperty("id").GetGuid();

        Assert.Equal("other_digest", await CodeAsync(server, new CaseRef(hit), wrong, 422, item: item));
        await BringAsync(server, new CaseRef(hit), right, HttpStatusCode.Created, item);
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_tenant_finds_neither_cases_nor_contents_nor_holds_of_this_one()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        var id = (await BringAsync(server, reference, Jpeg, HttpStatusCode.Created))
            .GetProperty("contentId")
            .GetGuid();
        var hold = await server.PostAsync(
            "/v1/holds",
            HoldOn(new { caseRef = reference.Value }),
            HttpStatusCode.Created
        );
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "Acme" },
            HttpStatusCode.Created
        );
        using var other = await server.KnownAsync(made.Text("firstKey"));
        var reason = new { reason = "A test." };

        using var brought = await SendAsync(other, reference, Jpeg, SHA256.HashData(Jpeg), null);
        Assert.Equal(HttpStatusCode.NotFound, brought.StatusCode);
        await server.GetJsonAsync($"/v1/contents/{id}", HttpStatusCode.NotFound, other);
        Assert.Empty(
            (await server.GetJsonAsync("/v1/contents", client: other))
                .GetProperty("contents")
                .EnumerateArray()
        );
        Assert.Empty(
            (await server.GetJsonAsync("/v1/holds?state=all", client: other))
                .GetProperty("holds")
                .EnumerateArray()
        );
        foreach (var path in new[] { "", "/approve", "/withdraw" })
        {
            using var answer = await other.PostAsync(
                $"/v1/contents/{id}/destruction{path}",
                new StringContent(JsonSerializer.Serialize(reason), Encoding.UTF8, "application/json")
            );
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict, path);
        }
        await server.PostAsync(
            $"/v1/holds/{hold.GetProperty("holdId").GetGuid()}/lift",
            reason,
            HttpStatusCode.NotFound,
            client: other
        );
        await server.PostAsync(
            "/v1/holds",
            HoldOn(new { caseRef = reference.Value }),
            HttpStatusCode.NotFound,
            client: other
        );
        await server.PostAsync(
            "/v1/holds",
            HoldOn(new { contentId = id }),
            HttpStatusCode.NotFound,
            client: other
        );
        await Assert.ThrowsAsync<ContentException>(() =>
            server
                .Kernel()
                .Contents.OpenAsync(
                    Actor.Machine(new TenantId("acme"), "test", Permission.ContentReveal),
                    id,
                    Permission.ContentReveal,
                    "A test."
                )
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task No_byte_and_no_digest_of_a_content_is_in_the_data_folder_or_the_database()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        // Longer than a chunk, the same words everywhere: each piece of it would be found.
        var words = Encoding.ASCII.GetBytes("quetzal-of-the-canary-test ");
        var bytes = Enumerable.Range(0, 20_000).SelectMany(_ => words).ToArray();
        var id = (await BringAsync(server, reference, bytes, HttpStatusCode.Created))
            .GetProperty("contentId")
            .GetGuid();
        await using (
            var opened = await server
                .Kernel()
                .Contents.OpenAsync(
                    Actor.Machine(TenantId.Default, "test", Permission.ContentReveal),
                    id,
                    Permission.ContentReveal,
                    "A test."
                )
        )
        {
            Assert.Equal(bytes.Length, await CountAsync(opened));
        }
        var sha256 = SHA256.HashData(bytes);
        byte[][] secrets =
        [
            words,
            sha256,
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(sha256)),
            Encoding.ASCII.GetBytes(Convert.ToHexString(sha256)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(sha256)),
        ];
        var looked = 0;
        var files = Directory
            .EnumerateFiles(server.DataFolder, "*", SearchOption.AllDirectories)
            // Empty, and held by the server.
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal));
        foreach (var file in files)
        {
            await using var stream = InputFile.OpenRead(file);
            using var content = new MemoryStream();
            await stream.CopyToAsync(content);
            looked++;
            Assert.All(secrets, secret => Assert.True(content.ToArray().AsSpan().IndexOf(secret) < 0, file));
        }
        Assert.True(looked > 5);
    }

    private static async Task<long> CountAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.Length;
    }
}
