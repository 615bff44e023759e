using System.Net;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What nobody here may do rings nobody, and says what to do.</summary>
public class NobodyHereTests
{
    [Fact(Timeout = 180_000)]
    public async Task An_opinion_that_nobody_else_here_can_give_does_not_ring_until_somebody_can()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var reviewer = await server.ReviewerAsync();
        using var vendor = await ConsoleUser.InviteAsync(server, "a.vendor", "vendor_reviewer");
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        await reviewer.GradeAsync(reference, await server.ItemAsync(reference), ("secondOpinion", "true"));
        // On duty, and the one who graded it.
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    Rota.AddTurnAsync(
                        tx,
                        new RotaTurn
                        {
                            Person = "reviewer-1",
                            Step = 1,
                            FromMinute = 0,
                            UntilMinute = Rota.MinutesOfWeek,
                        }
                    )
            );
        time.Advance(TimeSpan.FromDays(8));

        await AssignedTests.WatchAsync(server);

        Assert.Empty(await AssignedTests.AlarmsAsync(server));
        var alarms = await server.AlarmsAsync();
        Assert.Contains("opinion_nobody", alarms);
        Assert.DoesNotContain("nobody_may_grade", alarms);
        Assert.Equal(["Opinions wanted 0"], await WaitingTests.NumbersAsync(server));
        var notes = await WaitingTests.NotesAsync(server);
        Assert.Contains(
            "1 that nobody else here may do: give another person",
            notes,
            StringComparison.Ordinal
        );
        Assert.EndsWith("False", notes, StringComparison.Ordinal);

        // Who sees granted cases only can, where it is granted; and is not on duty.
        await server
            .Kernel()
            .Db.ActAsync(
                Actor.Machine(TenantId.Default, "test", Permission.CaseAssign),
                Permission.CaseAssign,
                tx =>
                    CaseGrants.GiveAsync(
                        tx,
                        reference,
                        "vendor-reviewer-2",
                        tx.Now.AddDays(2),
                        "A second look"
                    )
            );
        await AssignedTests.WatchAsync(server);
        Assert.Equal(["opinion_overdue 1"], await AssignedTests.AlarmsAsync(server));
        alarms = await server.AlarmsAsync();
        Assert.DoesNotContain("opinion_nobody", alarms);
        Assert.Contains("nobody_may_grade", alarms);
    }

    [Fact(Timeout = 180_000)]
    public async Task An_appeal_whose_deciders_all_had_a_part_does_not_ring_until_one_had_none_or_solo_mode_counts()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        await AppealedAsync(server, senior);
        time.Advance(TimeSpan.FromDays(8));

        await AssignedTests.WatchAsync(server);

        Assert.Empty(await AssignedTests.AlarmsAsync(server));
        Assert.Contains("appeal_nobody", await server.AlarmsAsync());
        Assert.Equal(["Appeals 0"], await WaitingTests.NumbersAsync(server));
        Assert.Contains(
            "give a person who had none a role that decides appeals",
            await WaitingTests.NotesAsync(server),
            StringComparison.Ordinal
        );

        using (var other = await ConsoleUser.InviteAsync(server, "oth.er", "senior_reviewer"))
        {
            await AssignedTests.WatchAsync(server);
            Assert.Equal(["appeal_overdue 1"], await AssignedTests.AlarmsAsync(server));
            Assert.DoesNotContain("appeal_nobody", await server.AlarmsAsync());
        }
        await server.ExecuteAsync(
            "update person set state = 'Disabled' where tenant = @tenant and pseudonym = 'senior-reviewer-2'"
        );
        await AssignedTests.WatchAsync(server);
        Assert.Empty(await AssignedTests.AlarmsAsync(server));

        // A team of one decides it a day later: it is theirs, and rings.
        await SoloReleaseTests.DeclareAsync(server);
        time.Advance(TimeSpan.FromHours(25));
        await AssignedTests.WatchAsync(server);
        Assert.Equal(["appeal_overdue 1"], await AssignedTests.AlarmsAsync(server));
    }

    /// <summary>One person decided, and acted on the account; its user appeals.</summary>
    private static async Task AppealedAsync(TestServer server, ConsoleUser senior)
    {
        var reference = await server.OpenAsync("user-1", "known_csam");
        var page = $"/console/cases/{reference}";
        await senior.PostAsync(
            page,
            $"{page}/decision",
            ("verdict", "confirmed"),
            ("reason", ReviewWork.Why)
        );
        await senior.PostAsync(
            page,
            $"{page}/action",
            ("kind", "content_removed"),
            ("reason", ReviewWork.Why)
        );
        var action = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.FindAsync<Guid>("select id from account_action where tenant = @tenant")
            );
        await server.PostAsync(
            "/v1/appeals",
            new { actionId = action, text = "It was not me." },
            HttpStatusCode.Accepted
        );
    }
}
