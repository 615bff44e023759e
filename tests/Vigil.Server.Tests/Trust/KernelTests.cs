using System.Diagnostics;
using System.Text;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

public class KernelTests
{
    private static readonly Actor Admin = Actor.Machine(
        TenantId.Default,
        "test",
        Permission.SettingsWrite,
        Permission.SettingsRead
    );

    [Fact(Timeout = 60_000)]
    public async Task An_act_that_records_nothing_is_not_done()
    {
        await using var open = await OpenKernel.CreateAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            open.Kernel.Db.ActAsync(Admin, Permission.SettingsWrite, PutAsync)
        );

        Assert.Contains("did not record itself", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(open, "setting where name = 'colour'"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_fault_after_the_ledger_row_leaves_neither_the_row_nor_the_effect()
    {
        await using var open = await OpenKernel.CreateAsync();

        foreach (var effectFirst in new[] { true, false })
        {
            await Assert.ThrowsAsync<TimeZoneNotFoundException>(() =>
                open.Kernel.Db.ActAsync<bool>(
                    Admin,
                    Permission.SettingsWrite,
                    async tx =>
                    {
                        if (effectFirst)
                        {
                            await PutAsync(tx);
                        }
                        await tx.RecordAsync(new LedgerAct("test.done", "colour"));
                        throw new TimeZoneNotFoundException("A fault between the two.");
                    }
                )
            );
        }
        Assert.Equal(0, await CountAsync(open, "ledger_event where action = 'test.done'"));
        Assert.Equal(0, await CountAsync(open, "setting where name = 'colour'"));

        await open.Kernel.Db.ActAsync(
            Admin,
            Permission.SettingsWrite,
            async tx =>
            {
                await tx.RecordAsync(new LedgerAct("test.done", "colour"));
                return await PutAsync(tx);
            }
        );
        Assert.Equal(1, await CountAsync(open, "ledger_event where action = 'test.done'"));
        Assert.Equal(1, await CountAsync(open, "setting where name = 'colour'"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_statement_that_does_not_name_the_tenant_is_refused()
    {
        await using var open = await OpenKernel.CreateAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            open.Kernel.Db.ReadAsync(
                Admin,
                Permission.SettingsRead,
                tx => tx.FindAsync<long>("select count(*) from setting")
            )
        );

        Assert.Contains("@tenant", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_actor_without_the_permission_reaches_no_database()
    {
        await using var open = await OpenKernel.CreateAsync();
        var reached = false;

        var error = await Assert.ThrowsAsync<AccessDeniedException>(() =>
            open.Kernel.Db.ReadAsync(Admin, Permission.CaseRead, tx => Task.FromResult(reached = true))
        );

        Assert.Equal(Permission.CaseRead, error.Permission);
        Assert.False(reached);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_database_that_another_holds_is_an_error_within_the_deadline_and_works_again_after()
    {
        var deadline = TimeSpan.FromSeconds(2);
        await using var open = await OpenKernel.CreateAsync(deadline: deadline);
        await using (var other = await open.ConnectAsync())
        {
            await using var command = other.CreateCommand();
            command.CommandText = TestDatabase.PostgresServer is null
                ? "begin immediate"
                : "begin; lock table setting in access exclusive mode";
            await command.ExecuteNonQueryAsync();
            var watch = Stopwatch.StartNew();

            await Assert.ThrowsAsync<DatabaseUnavailableException>(() =>
                open.Kernel.Db.WriteAsync(Admin, Permission.SettingsWrite, PutAsync)
            );

            Assert.InRange(watch.Elapsed, TimeSpan.Zero, deadline + TimeSpan.FromSeconds(2));
        }
        await TestServer.EventuallyAsync(
            async () =>
            {
                try
                {
                    await open.Kernel.Db.WriteAsync(Admin, Permission.SettingsWrite, PutAsync);
                    return "";
                }
                catch (DatabaseUnavailableException)
                {
                    return null;
                }
            },
            "writes work again"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Tables_made_by_another_migration_than_ours_are_refused()
    {
        await using var open = await OpenKernel.CreateAsync();
        await open.OpenAsync();
        await open.ExecuteAsync("update migration set digest = 'other' where module = 'cases'");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => open.OpenAsync());

        Assert.Contains("Migration 0001 of 'cases'", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_installation_stays_what_it_was_at_its_first_start()
    {
        await using var open = await OpenKernel.CreateAsync();
        Assert.Equal(Profile.Platform, open.Kernel.Profile);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            open.OpenAsync(Profile.Hotline)
        );
        Assert.Contains("'platform' since its first start", error.Message, StringComparison.Ordinal);

        await open.ExecuteAsync("update installation set profile = 'hotline'");
        var altered = await Assert.ThrowsAsync<InvalidOperationException>(() => open.OpenAsync());
        Assert.Contains("altered", altered.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Written out by hand from RFC 8785: members by name, no white space; of the reason only the quotation mark,
    /// the back slash and control characters are escaped, and the apostrophe, "é" and the sign outside the basic
    /// plane stand as they are.
    /// </summary>
    [Fact(Timeout = 60_000)]
    public async Task An_act_has_the_same_bytes_in_the_ledger_everywhere()
    {
        await using var open = await OpenKernel.CreateAsync(
            new StoppedTime(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123))
        );
        await RecordAsync(
            open,
            new LedgerAct("list.mode_changed", "L-1")
            {
                Reason = "It's \"é\" \\ 😀 <&>\n\u0001",
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["to"] = "enforce",
                    ["From"] = "shadow",
                    ["a"] = "",
                },
            }
        );

        Assert.Equal(
            """
            {"action":"list.mode_changed","actor":"machine:test","at":1700000000123,"facts":{"From":"shadow","a":"","to":"enforce"},"object":"L-1","reason":"It's \"é\" \\ 😀 <&>\n\u0001","tenant":"default","v":1}
            """,
            Encoding.UTF8.GetString(Assert.Single(await LedgerAsync(open, "list.mode_changed")))
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_stands_in_the_ledger_as_a_keyed_digest_that_tells_equal_from_other()
    {
        await using var open = await OpenKernel.CreateAsync(
            new StoppedTime(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123))
        );
        foreach (var secret in new[] { "quetzal", "quetzal", "toucan" })
        {
            await RecordAsync(open, new LedgerAct("test.done", "x") { Secret = secret });
        }

        var rows = (await LedgerAsync(open, "test.done")).Select(Encoding.UTF8.GetString).ToList();

        Assert.Equal(rows[0], rows[1]);
        Assert.NotEqual(rows[0], rows[2]);
        Assert.All(rows, row => Assert.DoesNotContain("quetzal", row, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.Matches("\"secret\":\"[0-9a-f]{64}\"", row));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_that_no_module_of_this_profile_answers_undoes_the_transaction()
    {
        await using var open = await OpenKernel.CreateAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            open.Kernel.Db.WriteAsync(
                Admin,
                Permission.SettingsWrite,
                async tx =>
                {
                    await PutAsync(tx);
                    return await tx.AskAsync<string, string>("Is anybody there?");
                }
            )
        );

        Assert.Equal(0, await CountAsync(open, "setting where name = 'colour'"));
    }

    private static Task<int> PutAsync(Tx tx) =>
        tx.ExecuteAsync(
            """
            insert into setting (tenant, name, value, changed_at) values (@tenant, 'colour', 'red', 0)
            on conflict (tenant, name) do nothing
            """
        );

    private static Task<bool> RecordAsync(OpenKernel open, LedgerAct act) =>
        open.Kernel.Db.ActAsync(
            Admin,
            Permission.SettingsWrite,
            async tx =>
            {
                await tx.RecordAsync(act);
                return true;
            }
        );

    private static Task<IReadOnlyList<byte[]>> LedgerAsync(OpenKernel open, string action) =>
        open.Kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx =>
                tx.QueryAsync<byte[]>(
                    "select canonical from ledger_event where action = @action order by seq",
                    new { action }
                )
        );

    private static Task<long> CountAsync(OpenKernel open, string what) =>
        open.Kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => tx.FindAsync<long>($"select count(*) from {what}")
        );

    private sealed class StoppedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
