using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Server.Features.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>A round of the purge of a test's own, and what its tests ask afterwards.</summary>
internal static class Purging
{
    public static PurgeDue Of(TestServer server) =>
        new(server.Get<TrustKernel>(), server.Get<Vigil.Trust.Alarms>(), NullLogger<PurgeDue>.Instance);

    /// <summary>One round over all tenants.</summary>
    public static async Task RoundAsync(TestServer server)
    {
        using var purge = Of(server);
        await purge.RoundAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Another tenant, whose decisions are told at once, and a client of it.</summary>
    public static async Task<HttpClient> TenantAsync(this TestServer server, string name, int undoSeconds = 0)
    {
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = name, title = "A tenant" },
            System.Net.HttpStatusCode.Created
        );
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    tx.ExecuteAsync(
                        """
                        insert into setting (tenant, name, value, changed_at)
                        values (@tenant, 'cases.undoSeconds', @seconds, 0)
                        """,
                        new { seconds = $"{undoSeconds}" }
                    ),
                new TenantId(name)
            );
        return await server.KnownAsync(made.Text("firstKey"));
    }

    public static async Task<string> OpenInAsync(this TestServer server, HttpClient client, string account) =>
        (
            await server.PostAsync(
                "/v1/cases",
                new
                {
                    account,
                    surface = "comment",
                    jurisdiction = "US",
                    text = "What somebody said.",
                    reason = "A call came.",
                },
                System.Net.HttpStatusCode.Created,
                client: client
            )
        ).Text("caseRef");

    /// <summary>References of purged cases, in order.</summary>
    public static async Task<IEnumerable<string>> PurgedAsync(this TestServer server) =>
        (await server.AllAsync("select ref from case_file where purged_at is not null")).Order(
            StringComparer.Ordinal
        );

    /// <summary>Codes of alarms that are open, of all tenants.</summary>
    public static Task<IReadOnlyList<string>> OpenAlarmsAsync(this TestServer server) =>
        server.AllAsync("select code from alert where state <> 'Closed'");

    /// <summary>Preservation holds in force on files of a case.</summary>
    public static async Task<long> PreservedAsync(this TestServer server, string reference) =>
        (
            await server.AllAsync(
                """
                select h.kind from content_hold h join content c on c.tenant = h.tenant and c.id = h.content_id
                where h.kind = 'Preservation' and h.lifted_at is null and c.case_ref = @reference
                """,
                new { reference }
            )
        ).Count;

    private static Task<IReadOnlyList<string>> AllAsync(
        this TestServer server,
        string sql,
        object? values = null
    ) => server.Kernel().Db.SystemAsync("test", isWrite: false, tx => tx.QueryAsync<string>(sql, values));
}
