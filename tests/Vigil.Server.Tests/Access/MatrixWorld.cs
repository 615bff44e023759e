using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Access;

/// <summary>
/// One server with two tenants that have the same things, each marked with a word of its own, and a caller for
/// every role and scope in both.
/// </summary>
internal sealed class MatrixWorld : IAsyncDisposable
{
    public static readonly TenantId Other = new("beta");

    /// <summary>Stands in every text of a tenant's data, and nowhere else.</summary>
    private static readonly Dictionary<TenantId, string> Words = new()
    {
        [TenantId.Default] = "quetzalalpha",
        [Other] = "kingfisherbeta",
    };

    private static readonly object Review = new
    {
        title = "A person looks at everything",
        rules = new[]
        {
            new
            {
                name = "All",
                mode = "enforce",
                outcome = "review",
            },
        },
    };

    private MatrixWorld(TestServer server) => Server = server;

    public TestServer Server { get; }
    public MatrixCaller Nobody { get; private set; } = null!;
    public IReadOnlyList<MatrixCaller> Callers { get; private set; } = [];

    /// <summary>Who may all that people, or programs, may: whatever stops them is the tenant.</summary>
    public IReadOnlyList<MatrixCaller> Mighty { get; private set; } = [];

    private readonly Dictionary<TenantId, IReadOnlyList<string>> _ids = [];
    private readonly ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);

    public static async Task<MatrixWorld> CreateAsync()
    {
        // Nobody listens there: what is told outside waits.
        var server = await TestServer.StartAsync(
            canUndo: true,
            change: options => options with { Outbound = options.Outbound with { Allow = ["127.0.0.1:9"] } }
        );
        await Ask.UntilReadyIsAsync(server.Client, System.Net.HttpStatusCode.OK);
        // A row of one tenant whose name every tenant's page has.
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    tx.ExecuteAsync(
                        "delete from setting where tenant = @tenant and name = 'cases.auditPercent'",
                        null
                    )
            );
        var world = new MatrixWorld(server);
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = Other.Value, title = "Another" },
            System.Net.HttpStatusCode.Created
        );
        using var beta = await server.KnownAsync(made.Text("firstKey"));
        await SeedAsync(server, server.Client, TenantId.Default);
        await SeedAsync(server, beta, Other);
        await world.CallAsync();
        foreach (var tenant in Words.Keys)
        {
            world._ids[tenant] = await world.FindIdsAsync(tenant);
        }
        return world;
    }

    public static TenantId OtherOf(TenantId tenant) => tenant == Other ? TenantId.Default : Other;

    /// <summary>Ids, names and references of the tenant's rows that the other tenant has not.</summary>
    public IReadOnlyList<string> IdsOf(TenantId tenant) => _ids[tenant];

    /// <summary>Somebody of the other tenant says this id from now on: it may come back, as in their ledger.</summary>
    public void Say(string id) => _said.TryAdd(id, true);

    /// <summary>What of the tenant's data stands in an answer that nobody said before; null: nothing.</summary>
    public string? Leak(TenantId tenant, string answer)
    {
        var found = _ids[tenant].Append(Words[tenant]).Where(secret => Holds(answer, secret)).ToList();
        if (found.Count == 0)
        {
            return null;
        }
        // What was said is taken out, and what is left is looked at.
        var rest = _said.Keys.Aggregate(
            answer,
            (text, said) => text.Replace(said, "", StringComparison.OrdinalIgnoreCase)
        );
        return found.Find(secret => Holds(rest, secret));
    }

    private static bool Holds(string text, string secret) =>
        text.Contains(secret, StringComparison.OrdinalIgnoreCase);

    /// <summary>Digest of each table's rows of a tenant, but those that no request writes.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RowsAsync(TenantId tenant)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in (await TablesAsync()).Except(Volatile, StringComparer.Ordinal))
        {
            var rows = await ReadAsync(table, tenant, Describe);
            var text = string.Join('\n', rows.Order(StringComparer.Ordinal));
            found[table] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        Nobody.Dispose();
        foreach (var caller in Callers.Concat(Mighty))
        {
            caller.Dispose();
        }
        await Server.DisposeAsync();
    }

    /// <summary>
    /// Written by background services: deliveries that fail, sessions that are in use, their alarms, places in the ledger,
    /// looks for what is due.
    /// </summary>
    private static readonly string[] Volatile =
    [
        "alert",
        "filing_clock",
        "filing_resumed",
        "index_mark",
        "ledger_leaf",
        "retention_state",
        "outbox_delivery",
        "outbox_attempt",
        "person_session",
        "webhook",
    ];

    private static async Task SeedAsync(TestServer server, HttpClient client, TenantId tenant)
    {
        var word = Words[tenant];
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(word)));
        await client.CreateListAsync($"{word}-list");
        await client.AddEntryAsync($"{word}-list", sha256);
        await client.FlagAsync($"{word}/post/1");
        await client.AddWebhookAsync($"http://127.0.0.1:9/{word}");
        var opened = await Post(
            "/v1/cases",
            new
            {
                account = $"{word}-account",
                surface = "comment",
                text = $"{word} by hand",
                reason = $"{word} was called in.",
            }
        );
        await Post($"/v1/cases/{opened.Text("caseRef")}/notes", new { text = $"{word} note" });
        await Post(
            "/v1/legal-process",
            new
            {
                kind = "warrant",
                authority = $"{word} court",
                country = "US",
                legalReference = $"{word} 1",
                statement = $"{word} is asked about.",
                scope = new[] { new { caseRef = opened.Text("caseRef") } },
            }
        );
        await Post(
            "/v1/notices",
            new
            {
                senderKind = "hotline",
                sender = $"{word} hotline",
                reference = $"{word}-1",
                category = "suspected_csam",
                action = "remove",
                contents = new[] { $"{word}/post/9" },
                surface = "comment",
                text = $"{word} notice",
            }
        );
        await Post("/v1/policies", Review);
        if (tenant == TenantId.Default)
        {
            // Nobody signs in to another tenant, so nobody is invited there.
            await Post("/v1/people/invitations", new { roles = new[] { "reviewer" } });
        }
        await Post(
            "/v1/alarm-channels",
            new
            {
                kind = "slack",
                label = $"{word} channel",
                url = "http://127.0.0.1:9/hook",
            }
        );
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    await tx.RaiseAlarmAsync(new Alarm("matrix_test", AlarmSeverity.Notice, $"{word} alarm"));
                    return true;
                },
                tenant
            );

        Task<System.Text.Json.JsonElement> Post(string path, object body) =>
            client.SendAsync(HttpMethod.Post, path, body);
    }

    private async Task CallAsync()
    {
        var callers = new List<MatrixCaller>();
        var mighty = new List<MatrixCaller>();
        foreach (var tenant in Words.Keys)
        {
            foreach (var role in Enum.GetValues<Role>())
            {
                callers.Add(await MatrixCaller.PersonAsync(Server, tenant, $"role {role}", [role]));
            }
            foreach (var scope in Enum.GetValues<Scope>())
            {
                callers.Add(await MatrixCaller.KeyAsync(Server, tenant, $"scope {scope}", scope));
            }
            mighty.Add(await MatrixCaller.PersonAsync(Server, tenant, "every role", Enum.GetValues<Role>()));
            mighty.Add(await MatrixCaller.KeyAsync(Server, tenant, "every scope", Enum.GetValues<Scope>()));
        }
        (Callers, Mighty, Nobody) = (callers, mighty, MatrixCaller.Nobody(Server));
    }

    private async Task<IReadOnlyList<string>> FindIdsAsync(TenantId tenant)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        var others = new StringBuilder();
        foreach (var table in await TablesAsync())
        {
            own.UnionWith((await ReadAsync(table, tenant, Ids)).SelectMany(ids => ids));
            others.AppendJoin('\n', await ReadAsync(table, OtherOf(tenant), Describe));
        }
        // Who keeps the installation makes a tenant's first key: that name is in the tenant's own rows.
        var theirs = others.ToString();
        return
        [
            .. own.Where(id => !theirs.Contains(id, StringComparison.OrdinalIgnoreCase))
                .Except(Words.Keys.Select(name => name.Value)),
        ];
    }

    private Task<IReadOnlyList<string>> TablesAsync() =>
        Server
            .Kernel()
            .Db.SystemAsync<IReadOnlyList<string>>(
                "test",
                isWrite: false,
                async tx =>
                    [
                        .. (await tx.QueryAsync<TableColumn>(Server.Kernel().Db.Dialect.TenantTables))
                            .Select(column => column.Name)
                            .Distinct(),
                    ]
            );

    private Task<IReadOnlyList<T>> ReadAsync<T>(
        string table,
        TenantId tenant,
        Func<IDictionary<string, object?>, T> read
    ) =>
        Server
            .Kernel()
            .Db.SystemAsync<IReadOnlyList<T>>(
                "test",
                isWrite: false,
                async tx =>
                    [
                        .. (
                            await tx.QueryAsync<dynamic>($"select * from {table} where tenant = @tenant")
                        ).Select(row => read((IDictionary<string, object?>)row)),
                    ],
                tenant
            );

    private static string Describe(IDictionary<string, object?> row) =>
        string.Join('|', row.Select(cell => $"{cell.Key}={TextOf(cell.Value)}"));

    private static List<string> Ids(IDictionary<string, object?> row) =>
        [
            .. row.Where(cell =>
                    cell.Key is "id" or "name" or "ref"
                    || cell.Key.EndsWith("_id")
                    || cell.Key.EndsWith("_ref")
                )
                .Select(cell => TextOf(cell.Value))
                .Where(text => text.Length is >= 8 and <= 64),
        ];

    private static string TextOf(object? value) =>
        value switch
        {
            byte[] bytes => Convert.ToHexStringLower(bytes),
            null => "",
            _ => $"{value}",
        };

    private sealed class TableColumn
    {
        public string Name { get; init; } = "";
    }
}
