using System.Net;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Reporting;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What nobody here may do rings nobody, and says what to do.</summary>
public class NobodyHereTests
{
    private const string CopyCase = """
        insert into case_file (tenant, id, ref, state, outcome, origin, surface, jurisdiction, opened_at, last_item_at,
            updated_at, item_count, is_test, names_no_suspect, is_contradiction, priority, takes_items)
        select tenant, @id, @ref, state, outcome, origin, surface, jurisdiction, opened_at, last_item_at,
            updated_at, item_count, is_test, names_no_suspect, is_contradiction, priority, takes_items
        from case_file where tenant = @tenant and id = @from
        """;

    private const string CopyAction = """
        insert into account_action (tenant, id, case_id, kind, state, acted_by, acted_at, reason, statement, tell,
            tell_source)
        select tenant, @id, @id, kind, state, acted_by, acted_at, reason, statement, tell, tell_source
        from account_action where tenant = @tenant and case_id = @from
        """;

    private const string CopyAppeal = """
        insert into appeal (tenant, id, action_id, state, at)
        select p.tenant, @id, @id, p.state, @at
        from appeal p join account_action a on a.tenant = p.tenant and a.id = p.action_id
        where p.tenant = @tenant and a.case_id = @from
        """;

    private const string CopyPart = """
        insert into case_event (tenant, id, case_id, at, actor, what)
        select tenant, @id, @id, at, actor, 'confirmed'
        from case_event where tenant = @tenant and case_id = @from and what = 'account_action'
        """;

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
        await SecondWantedTests.TurnAsync(server, "reviewer-1");
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
        await AuditEndTests.GrantAsync(server, reference, "vendor-reviewer-2");
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

    [Fact(Timeout = 240_000)]
    public async Task Appeals_beyond_two_hundred_that_nobody_here_may_decide_hide_no_newer_one_that_somebody_may()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        await AppealedAsync(server, senior);
        await MoreAppealsAsync(server, 250, hasPart: true);
        Assert.Equal(HttpStatusCode.OK, (await senior.GetAsync("/console")).Status);
        time.Advance(TimeSpan.FromDays(8));

        await AssignedTests.WatchAsync(server);

        Assert.Empty(await AssignedTests.AlarmsAsync(server));
        Assert.Contains("appeal_nobody", await server.AlarmsAsync());
        Assert.Equal(["Appeals 0"], await WaitingTests.NumbersAsync(server));
        Assert.Contains(
            "251 that nobody else here may do",
            await WaitingTests.NotesAsync(server),
            StringComparison.Ordinal
        );

        // The newest, and overdue like them.
        await MoreAppealsAsync(server, 1, hasPart: false);
        time.Advance(TimeSpan.FromDays(8));
        await AssignedTests.WatchAsync(server);
        Assert.Equal(["appeal_overdue 1"], await AssignedTests.AlarmsAsync(server));
        Assert.Equal(["Appeals 1"], await WaitingTests.NumbersAsync(server));
    }

    [Fact(Timeout = 180_000)]
    public async Task Many_grades_of_an_older_item_do_not_hide_one_that_nobody_on_duty_may_grade()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var reviewer = await server.ReviewerAsync();
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        var older = await server.OpenAsync("user-1", "suspected_csam");
        await senior.GradeAsync(older, await server.ItemAsync(older), ("secondOpinion", "true"));
        await MoreGradesAsync(server, 120);
        await SecondWantedTests.TurnAsync(server, "reviewer-1");
        time.Advance(TimeSpan.FromMinutes(1));
        var newer = await server.OpenAsync("user-2", "suspected_csam");
        await reviewer.GradeAsync(newer, await server.ItemAsync(newer), ("secondOpinion", "true"));
        time.Advance(TimeSpan.FromDays(8));

        await AssignedTests.WatchAsync(server);

        Assert.Contains("nobody_may_grade", await server.AlarmsAsync());
    }

    /// <summary>The one appeal again, each of a case of its own.</summary>
    /// <param name="server">With one appeal, before the first call.</param>
    /// <param name="count">How many more.</param>
    /// <param name="hasPart">Who acted on the first one's account decided these cases too; else nobody did.</param>
    private static Task<int> MoreAppealsAsync(TestServer server, int count, bool hasPart) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    var from = await tx.FindAsync<Guid>(
                        "select case_id from case_event where tenant = @tenant and what = 'account_action'"
                    );
                    for (var number = 0; number < count; number++)
                    {
                        var values = new
                        {
                            from,
                            id = tx.NewId(),
                            @ref = CaseRef.New().Value,
                            at = tx.Now,
                        };
                        await tx.ExecuteAsync(CopyCase, values);
                        await tx.ExecuteAsync(CopyAction, values);
                        await tx.ExecuteAsync(CopyAppeal, values);
                        if (hasPart)
                        {
                            await tx.ExecuteAsync(CopyPart, values);
                        }
                    }
                    return count;
                }
            );

    /// <summary>By programs, each another.</summary>
    private static Task<int> MoreGradesAsync(TestServer server, int count) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    for (var number = 0; number < count; number++)
                    {
                        await tx.ExecuteAsync(
                            """
                            insert into case_grade (tenant, id, item_id, grader, round, is_current, age_band, activity,
                                depiction, focus_on_genitals, animal, sadism, self_generated, live_streamed, infant,
                                reasons, at)
                            select tenant, @id, item_id, @grader, round, is_current, age_band, activity,
                                depiction, focus_on_genitals, animal, sadism, self_generated, live_streamed, infant,
                                reasons, at
                            from case_grade where tenant = @tenant and grader like 'person:%'
                            """,
                            new { id = tx.NewId(), grader = $"key:one/p{number}" }
                        );
                    }
                    return count;
                }
            );

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
