using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Files;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Preservation;

public class ContentApiTests
{
    private static readonly byte[] Jpeg =
    [
        0xFF,
        0xD8,
        0xFF,
        0xE0,
        .. RandomNumberGenerator.GetBytes(100_000),
    ];

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
            new { because = "duplicate", reason = "A test." }
        );
        Assert.Equal("case_closed", await CodeAsync(server, closed, Jpeg, 409));

        var objects = server.Kernel().Contents.Kept.Of(TenantId.Default).Locker.List();
        Assert.Equal(2, objects.Count());
        Assert.Equal(2, (await server.GetJsonAsync("/v1/retention")).GetProperty("held").GetInt64());
    }

    [Fact(Timeout = 120_000)]
    public async Task Nothing_is_sealed_where_the_law_keeps_nothing_or_before_a_recovery_drill()
    {
        await using var server = await TestServer.StartAsync();
        var german = await server.HitAsync("user-1");
        Assert.Equal("no_recovery_drill", await CodeAsync(server, german, Jpeg, 409));
        var page = await server.Client.GetStringAsync("/console/held/root-key");
        Assert.Contains("No recovery drill has passed", page, StringComparison.Ordinal);
        foreach (var (_, folder) in Contents.Rings(Path.Combine(server.DataFolder, "keys")))
        {
            using var keys = KeyRing.OpenOrCreate(folder);
            var shares = keys.SplitRoot();
            Assert.True(keys.Drill(shares[0], shares[1], DateTimeOffset.UtcNow));
        }
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
            Hold(new { caseRef = reference.Value }),
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
            Hold(new { caseRef = reference.Value }),
            HttpStatusCode.NotFound,
            client: other
        );
        await server.PostAsync(
            "/v1/holds",
            Hold(new { contentId = id }),
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
    public async Task Holds_are_placed_listed_and_lifted_with_their_reasons_and_each_request_once()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        var wanted = Hold(new { caseRef = reference.Value });
        var placed = await server.PostAsync("/v1/holds", wanted, HttpStatusCode.Created, "key-1");
        var again = await server.PostAsync("/v1/holds", wanted, HttpStatusCode.Created, "key-1");
        Assert.Equal(placed.GetProperty("holdId").GetGuid(), again.GetProperty("holdId").GetGuid());
        var listed = Assert.Single(
            (await server.GetJsonAsync("/v1/holds")).GetProperty("holds").EnumerateArray()
        );
        Assert.Equal(
            ("legal", "active", "Order 12 of a court"),
            (listed.Text("kind"), listed.Text("state"), listed.Text("authority"))
        );
        var id = placed.GetProperty("holdId").GetGuid();
        var refusal = await server.PostAsync(
            $"/v1/holds/{id}/lift",
            new { reason = "" },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("missing", refusal.Text("code"));

        await server.PostAsync($"/v1/holds/{id}/lift", new { reason = "Settled." });

        Assert.Empty((await server.GetJsonAsync("/v1/holds")).GetProperty("holds").EnumerateArray());
        var lifted = Assert.Single(
            (await server.GetJsonAsync("/v1/holds?state=all")).GetProperty("holds").EnumerateArray()
        );
        Assert.Equal(("lifted", "Settled."), (lifted.Text("state"), lifted.Text("liftReason")));
        Assert.Single(await server.LedgerAsync("hold.lifted"));
        foreach (
            var (bad, code) in new (object, string)[]
            {
                (
                    new
                    {
                        kind = "preservation",
                        caseRef = reference.Value,
                        authority = "a",
                        reason = "b",
                    },
                    "bad_kind"
                ),
                (
                    new
                    {
                        kind = "legal",
                        authority = "a",
                        reason = "b",
                    },
                    "nothing_to_hold"
                ),
                (
                    new
                    {
                        kind = "legal",
                        caseRef = reference.Value,
                        reason = "b",
                    },
                    "missing"
                ),
                (
                    new
                    {
                        kind = "legal",
                        caseRef = reference.Value,
                        authority = "a",
                        reason = "b",
                        expiresAt = "2020-01-01T00:00:00Z",
                    },
                    "expiry_over"
                ),
            }
        )
        {
            var problem = await server.PostAsync("/v1/holds", bad, HttpStatusCode.BadRequest);
            Assert.Equal(code, problem.Text("code"));
        }
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

    [Fact(Timeout = 120_000)]
    public async Task A_tenant_that_holds_contents_is_not_destroyed()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "Acme" },
            HttpStatusCode.Created
        );
        using var other = await server.KnownAsync(made.Text("firstKey"));
        var flag = await server.PostAsync(
            "/v1/flags",
            new
            {
                account = "user-1",
                surface = "comment",
                reason = "csam",
            },
            HttpStatusCode.Accepted,
            client: other
        );
        using var brought = await SendAsync(
            other,
            new CaseRef(flag.Text("caseRef")),
            Jpeg,
            SHA256.HashData(Jpeg),
            null
        );
        Assert.Equal(HttpStatusCode.Created, brought.StatusCode);
        var tenants = server.Kernel().Tenants;
        var (asker, second) = (Admin("person:asker"), Admin("person:second"));
        await tenants.SuspendAsync(asker, new TenantId("acme"), "A test.");
        await tenants.RequestDestructionAsync(asker, new TenantId("acme"), "A test.");
        time.Pass(TimeSpan.FromHours(25));
        var refusal = await Assert.ThrowsAsync<TenantException>(() =>
            tenants.DestroyAsync(second, new TenantId("acme"))
        );
        Assert.Equal("contents_held", refusal.Code);

        // A suspended tenant's contents go when they are due; then it can end.
        time.Pass(TimeSpan.FromDays(5));
        await tenants.WithdrawDestructionAsync(second, new TenantId("acme"), "Later.");
        time.Pass(TimeSpan.FromDays(26));
        await server.Kernel().Retention.SweepAsync(new TenantId("acme"));
        await tenants.RequestDestructionAsync(asker, new TenantId("acme"), "A test.");
        time.Pass(TimeSpan.FromHours(25));
        await tenants.DestroyAsync(second, new TenantId("acme"));
        Assert.False(Directory.Exists(Path.Combine(server.DataFolder, "locker", "acme")));
    }

    [Fact(Timeout = 120_000)]
    public async Task Pages_say_what_is_held_why_and_until_when_and_who_may_not_sees_none()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        await BringAsync(server, reference, Jpeg, HttpStatusCode.Created);
        await server.PostAsync("/v1/holds", Hold(new { caseRef = reference.Value }), HttpStatusCode.Created);

        var held = await server.Client.GetStringAsync("/console/held");

        Assert.Contains(reference.Value, held, StringComparison.Ordinal);
        Assert.Contains("Order 12 of a court", held, StringComparison.Ordinal);
        Assert.Contains("until a hold is lifted", held, StringComparison.Ordinal);
        Assert.Contains("Ask a second person", held, StringComparison.Ordinal);
        Assert.Contains(
            "Lift the hold",
            await server.Client.GetStringAsync("/console/holds"),
            StringComparison.Ordinal
        );
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var custodian = await ConsoleUser.InviteAsync(server, "cus.todian", "custodian");
        Assert.Contains(
            "Contents held",
            (await custodian.GetAsync("/console")).Text,
            StringComparison.Ordinal
        );
        using var scanner = await server.ClientOfAsync(Scope.Scan);
        foreach (
            var path in new[]
            {
                "/v1/holds",
                "/v1/contents",
                "/v1/retention",
                "/console/held",
                "/console/holds",
            }
        )
        {
            using var answer = await scanner.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private static Actor Admin(string name) =>
        new(TenantId.Default, ActorKind.Person, name, new HashSet<Permission> { Permission.SettingsWrite });

    private static Dictionary<string, object> Hold(object on) =>
        JsonSerializer.Deserialize<Dictionary<string, object>>(
            JsonSerializer.Serialize(on)[..^1]
                + ",\"kind\":\"legal\",\"authority\":\"Order 12 of a court\",\"reason\":\"A test.\"}"
        )!;

    private static async Task<CaseRef> OpenByHandAsync(TestServer server, string jurisdiction)
    {
        var opened = await server.PostAsync(
            "/v1/cases",
            new
            {
                account = "user-2",
                surface = "comment",
                jurisdiction,
                text = "A call.",
                reason = "A call.",
            },
            HttpStatusCode.Created
        );
        return new CaseRef(opened.Text("caseRef"));
    }

    private static async Task<JsonElement> BringAsync(
        TestServer server,
        CaseRef reference,
        byte[] bytes,
        HttpStatusCode expected,
        Guid? item = null
    )
    {
        using var answer = await SendAsync(server.Client, reference, bytes, SHA256.HashData(bytes), item);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<string> CodeAsync(
        TestServer server,
        CaseRef reference,
        byte[] bytes,
        int status,
        byte[]? sha256 = null,
        Guid? item = null
    )
    {
        using var answer = await SendAsync(
            server.Client,
            reference,
            bytes,
            sha256 ?? SHA256.HashData(bytes),
            item
        );
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.Text("code");
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        CaseRef reference,
        byte[] bytes,
        byte[] sha256,
        Guid? item
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/cases/{reference}/contents")
        {
            Content = new ByteArrayContent(bytes),
        };
        if (sha256.Length > 0)
        {
            request.Headers.TryAddWithoutValidation(
                "Content-Digest",
                $"sha-256=:{Convert.ToBase64String(sha256)}:"
            );
        }
        if (item is { } id)
        {
            request.Headers.Add("Vigil-Item", id.ToString());
        }
        return await client.SendAsync(request);
    }

    private static async Task<long> CountAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.Length;
    }
}
