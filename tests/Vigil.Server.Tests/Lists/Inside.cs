using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Lists;

/// <summary>What a test of lists sees from inside: the ledger, the views that scanning follows.</summary>
internal static class Inside
{
    private static readonly Actor Tester = Actor.Machine(
        TenantId.Default,
        "test",
        Permission.ListRead,
        Permission.ListWrite,
        Permission.ListExport,
        Permission.HoldManage,
        Permission.LegalManage,
        Permission.KeyManage,
        Permission.CaseRead,
        Permission.LedgerRead
    );

    public static Db Db(this TestServer server) => server.Server.Services.GetRequiredService<Db>();

    /// <summary>The canonical texts of one kind of act, in order.</summary>
    public static Task<List<string>> LedgerAsync(this TestServer server, string action) =>
        server
            .Db()
            .ReadAsync(
                Tester,
                Permission.LedgerRead,
                async tx =>
                    (
                        await tx.QueryAsync<byte[]>(
                            "select canonical from ledger_event where tenant = @tenant and action = @action order by seq",
                            new { action }
                        )
                    )
                        .Select(Encoding.UTF8.GetString)
                        .ToList()
            );

    public static Task<T> ReadAsync<T>(this TestServer server, Func<Tx, Task<T>> work) =>
        server.Db().ReadAsync(Tester, Permission.ListRead, work);

    public static Task<T> WriteAsync<T>(this TestServer server, Func<Tx, Task<T>> work) =>
        server.Db().WriteAsync(Tester, Permission.ListWrite, work);

    /// <summary>A key that is known already: a new one may be refused for a tenth of a second.</summary>
    public static async Task<string> KeyAsync(this TestServer server, Scope scope)
    {
        var secret = await server
            .Db()
            .ActAsync(
                Tester,
                Permission.KeyManage,
                async tx =>
                    (await ApiKeys.CreateAsync(tx, $"test {scope}", [scope], TimeSpan.FromDays(1))).Secret
            );
        using var client = server.ClientWith(secret);
        return await TestServer.EventuallyAsync(
            async () =>
            {
                using var answer = await client.GetAsync("/v1/lists");
                return answer.StatusCode == System.Net.HttpStatusCode.Unauthorized ? null : secret;
            },
            "the key is known"
        );
    }

    /// <summary>Entries as scanning sees them, with their values opened.</summary>
    public static Task<List<(ScanEntry Row, SignalValue Value)>> ScanEntriesAsync(
        this TestServer server,
        long since = 0
    ) => server.ReadAsync(async tx => (
                await tx.QueryAsync<ScanEntry>(
                    """
                    select tenant, list_id, entry_id, signal_id, kind, sealed, state, generation from scan_entry
                    where tenant = @tenant and generation > @since order by generation
                    """,
                    new { since }
                )
            ).Select(row => (row, ListSecrets.Open(tx.Secrets, row.SignalId, row.Sealed))).ToList());

    public sealed class ScanEntry
    {
        public Guid ListId { get; init; }
        public Guid EntryId { get; init; }
        public Guid SignalId { get; init; }
        public string Kind { get; init; } = "";
        public byte[] Sealed { get; init; } = [];
        public string State { get; init; } = "";
        public long Generation { get; init; }
    }
}
