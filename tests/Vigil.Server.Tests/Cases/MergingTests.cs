using System.Net;
using System.Text;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class MergingTests
{
    [Fact(Timeout = 60_000)]
    public async Task Hits_of_one_account_come_into_one_case_and_those_without_account_stand_alone()
    {
        await using var server = await TestServer.StartAsync();

        var first = await server.HitAsync("user-1");
        Assert.Equal(first, await server.HitAsync("user-1", "block"));
        Assert.NotEqual(first, await server.HitAsync("user-2"));
        Assert.NotEqual(await server.HitAsync(null), await server.HitAsync(null));

        var file = await server.GetJsonAsync($"/v1/cases/{first}/file");
        Assert.Equal("user-1", file.Text("account"));
        Assert.Equal(2, file.GetProperty("items").GetArrayLength());
        Assert.Equal(["case.opened", "case.updated"], await server.OutboxAsync(first.Value));
    }

    [Fact(Timeout = 60_000)]
    public async Task Twenty_hits_at_once_of_one_account_open_one_case()
    {
        await using var server = await TestServer.StartAsync();

        var cases = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.HitAsync("user-1")));

        var one = Assert.Single(cases.Distinct());
        var status = await server.GetJsonAsync($"/v1/cases/{one}");
        Assert.Equal(20, status.GetProperty("itemCount").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_decision_that_asks_twice_has_one_item()
    {
        await using var server = await TestServer.StartAsync();
        var decision = Guid.NewGuid();

        var first = await server.HitAsync("user-1", decisionId: decision);

        Assert.Equal(first, await server.HitAsync("user-1", decisionId: decision));
        var status = await server.GetJsonAsync($"/v1/cases/{first}");
        Assert.Equal(1, status.GetProperty("itemCount").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_full_case_is_continued_by_another_and_both_say_so()
    {
        await using var server = await TestServer.StartAsync();
        var cases = new List<CaseRef>();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            cases.AddRange(
                await server
                    .Kernel()
                    .Db.WriteAsync(
                        CaseWork.Scanner,
                        Permission.ScanSubmit,
                        async tx =>
                        {
                            var refs = new List<CaseRef>();
                            for (var i = 0; i < 67; i++)
                            {
                                refs.Add(await tx.AskAsync<CaseWanted, CaseRef>(CaseWork.Wanted("user-1")));
                            }
                            return refs;
                        }
                    )
            );
        }

        Assert.Single(cases.Take(200).Distinct());
        Assert.NotEqual(cases[199], cases[200]);
        var full = await server.GetJsonAsync($"/v1/cases/{cases[199]}");
        var next = await server.GetJsonAsync($"/v1/cases/{cases[200]}");
        Assert.Equal(200, full.GetProperty("itemCount").GetInt32());
        Assert.Equal(cases[200].Value, full.Text("continuedBy"));
        Assert.Equal(cases[199].Value, next.Text("continues"));
        Assert.Equal("open", full.Text("state"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Test_hits_never_share_a_case_with_real_ones()
    {
        await using var server = await TestServer.StartAsync();

        var real = await server.HitAsync("user-1");
        var test = await server.HitAsync("user-1", isTest: true);

        Assert.NotEqual(real, test);
        Assert.True((await server.GetJsonAsync($"/v1/cases/{test}")).GetProperty("isTest").GetBoolean());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_platform_sees_its_case_and_cannot_tell_anothers_from_one_that_never_was()
    {
        await using var server = await TestServer.StartAsync();
        using var platform = await server.ClientOfAsync(Scope.Scan);
        var reference = await server.HitAsync("user-1");
        var firstKey = await server
            .Kernel()
            .Tenants.CreateAsync(
                Actor.Machine(TenantId.Default, "test", Permission.SettingsWrite),
                new TenantId("other"),
                "Other"
            );
        using var other = await server.KnownAsync(firstKey);

        var status = await server.GetJsonAsync($"/v1/cases/{reference}", client: platform);
        Assert.Equal("open", status.Text("state"));
        Assert.Equal("apart", status.Text("contents"));
        Assert.DoesNotContain("user-1", status.ToString(), StringComparison.Ordinal);

        string[] refusals =
        [
            await NotFoundAsync(other, reference.Value),
            await NotFoundAsync(platform, CaseRef.New().Value),
            await NotFoundAsync(platform, "VC-1"),
        ];
        Assert.Single(refusals.Distinct());
    }

    [Fact(Timeout = 60_000)]
    public async Task No_pseudonym_reference_or_word_lies_open_in_the_database()
    {
        await using var server = await TestServer.StartAsync();
        await server.HitAsync("quetzal-account");
        await server.PostAsync(
            "/v1/flags",
            new
            {
                account = "quetzal-flagged",
                contentRef = "quetzal-post",
                surface = "comment",
                reason = "grooming",
                text = "quetzal-text",
                reporter = "quetzal-reporter",
                thread = new[] { new { from = "quetzal-from", text = "quetzal-message" } },
            },
            HttpStatusCode.Accepted
        );

        var kept = await AllBytesAsync(server);

        // The search itself is checked: the surface is no secret and is found.
        Assert.Contains("public_post", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("quetzal", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Convert.ToHexStringLower("quetzal"u8),
            kept,
            StringComparison.OrdinalIgnoreCase
        );
    }

    private static async Task<string> NotFoundAsync(HttpClient client, string reference)
    {
        using var response = await client.GetAsync(new Uri($"/v1/cases/{reference}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<string> AllBytesAsync(TestServer server)
    {
        var all = new StringBuilder();
        if (TestDatabase.PostgresServer is null)
        {
            foreach (var file in Directory.GetFiles(server.DataFolder, "vigil.db*"))
            {
                await using var bytes = new FileStream(
                    file,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite
                );
                using var reader = new StreamReader(bytes, Encoding.Latin1);
                all.Append(await reader.ReadToEndAsync());
            }
            return all.ToString();
        }
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                {
                    var tables = await tx.QueryAsync<string>(
                        "select table_name from information_schema.tables where table_schema = 'public'"
                    );
                    foreach (var table in tables)
                    {
                        foreach (
                            var row in await tx.QueryAsync<string>(
                                $"select row_to_json(t)::text from \"{table}\" t"
                            )
                        )
                        {
                            all.AppendLine(row);
                        }
                    }
                    return true;
                }
            );
        return all.ToString();
    }
}
