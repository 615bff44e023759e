using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Trust;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>An answer that comes late says nothing of what is newer; and one that was heard is not lost again.</summary>
public sealed class LateAnswerTests
{
    private const ReportEnvironment Test = ReportEnvironment.Test;

    [Fact(Timeout = 120_000)]
    public async Task A_check_says_nothing_of_credentials_that_were_set_while_it_was_asked()
    {
        using var isHeld = new SemaphoreSlim(0);
        using var goesOn = new ManualResetEventSlim();
        await using var filing = await FilingServer.StartAsync();
        filing.Test.OnCall = _ =>
        {
            isHeld.Release();
            goesOn.Wait(TimeSpan.FromMinutes(1));
        };
        var check = filing.CheckAsync(Test);
        Assert.True(await isHeld.WaitAsync(TimeSpan.FromMinutes(1)));
        await filing.ActAsync(
            FilingServer.Admin,
            Permission.SettingsWrite,
            tx => FilingEnvironment.SetAsync(tx, Test, $"{filing.Test.Address}", "other", "never checked")
        );
        goesOn.Set();
        Assert.Equal("changed_meanwhile", (await Assert.ThrowsAsync<ProblemException>(() => check)).Code);
        Assert.Equal("", (await FoundAsync(filing)).Outcome);
        Assert.Equal(2, (await filing.Server.LedgerAsync("reporting.environment_asked")).Count);

        // What works goes on working when a check has no answer.
        filing.Test.OnCall = null;
        await filing.SetAsync(Test);
        filing.Test.FaultOf = (_, _) => Simulators.CyberTip.CyberTipFault.LostBefore;
        Assert.Equal(AnswerClass.Lost, await filing.CheckAsync(Test));
        Assert.True((await FoundAsync(filing)).IsChecked);
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_address_begins_anew_with_schema_and_accepted_reports()
    {
        await using var filing = await FilingServer.StartAsync();
        await filing.Server.PostAsync("/v1/reporting/environments/test/schema", new { });
        await filing.UntilAsync(
            await filing.ApproveAsync(new MadeReport { IsTest = true }),
            ReportState.Filed
        );
        Assert.Equal((true, "1 of 3 accepted"), await StandAsync());
        await filing.SetAsync(Test);
        Assert.Equal((true, "1 of 3 accepted"), await StandAsync());
        await filing.ActAsync(
            FilingServer.Admin,
            Permission.SettingsWrite,
            tx => FilingEnvironment.SetAsync(tx, Test, $"{filing.Production.Address}", "sample", "sample")
        );
        Assert.Equal((false, "0 of 3 accepted"), await StandAsync());

        async Task<(bool HasSchema, string Accepted)> StandAsync() =>
            (
                await filing.ReadAsync(tx => FilingEnvironment.SchemaAsync(tx, Test)) is not null,
                (await filing.ReadAsync(GoLive.ReadAsync))
                    .Single(step => step.Step == GoLiveStep.TestReports)
                    .Note
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_answered_is_kept_when_the_database_is_back_although_the_lease_is_lost()
    {
        await using var open = await OpenKernel.CreateAsync(deadline: TimeSpan.FromSeconds(0.3));
        var (leased, journal) = await LeaseAsync(open.Kernel);
        using var kept = journal;
        using var peers = new Peers(open.Kernel, journal, new FilingLimits());
        var steps = new FilingSteps(
            open.Kernel,
            journal,
            peers,
            new FilingLimits(),
            Actor.Machine(TenantId.Default, "filing", Permission.ReportFile),
            leased,
            leased.Version
        );
        using var lost = new CancellationTokenSource();
        await lost.CancelAsync();
        var step = new FilingStep
        {
            Before = leased.State,
            State = leased.State with { CallNumber = 1, Epoch = leased.Epoch },
        };
        await using var locking = await open.ConnectAsync();
        await LockAsync(locking, "begin exclusive", "begin; lock table filing");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            steps.PersistAsync(step, null, lost.Token)
        );
        var saving = steps.PersistAsync(
            step with
            {
                Answer = new ServiceAnswer { Call = ServiceCall.Submit, Class = AnswerClass.Done },
            },
            null,
            lost.Token
        );
        await Task.Delay(TimeSpan.FromSeconds(0.6), TestContext.Current.CancellationToken);
        await LockAsync(locking, "rollback", "rollback");
        Assert.True(await saving);

        // Somebody else's word since is not overwritten by one who could not go on.
        Assert.False(await StopAsync(leased.Version));
        Assert.True(await StopAsync(steps.Version));

        Task<bool> StopAsync(long version) =>
            open.Kernel.Db.SystemAsync(
                "test",
                isWrite: true,
                tx => BeginFiling.StopAsync(tx, leased, version, WaitReasons.Files)
            );
    }

    private static Task<FilingEnvironment> FoundAsync(FilingServer filing) =>
        filing.ReadAsync(async tx => (await FilingEnvironment.FindAsync(tx, Test))!);

    private static async Task<(LeasedFiling, FilingJournal)> LeaseAsync(TrustKernel kernel)
    {
        await kernel.ApproveAsync();
        var standing = new EnvironmentStanding(Test, null, false);
        var leased = await kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            async tx =>
            {
                await TakeIn.RunAsync(tx);
                return await FilingLease.TakeAsync(
                    tx,
                    "this",
                    TimeSpan.FromMinutes(1),
                    FilingSlots.Any,
                    standing,
                    standing
                );
            }
        );
        return (
            leased!,
            FilingJournal.Open(kernel.Journals, TenantId.Default, Guid.NewGuid(), new HashSet<Guid>())
        );
    }

    private static async Task LockAsync(
        System.Data.Common.DbConnection connection,
        string onSqlite,
        string onPostgres
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = TestDatabase.PostgresServer is null ? onSqlite : onPostgres;
        await command.ExecuteNonQueryAsync();
    }
}
