using Vigil.Server.Features.Cases.Waiting;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>A second approval and another opinion ring when nobody gives them, and louder where nobody on duty can.</summary>
public class SecondWantedTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_report_that_one_person_approved_rings_after_an_hour_and_everybody_where_no_other_is_on_duty()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("training.required", "off");
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var one = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        var first = await PseudonymAsync(server, "filing_officer");
        using var two = await ConsoleUser.InviteAsync(server, "filing.two", "filing_officer");
        var second = await PseudonymAsync(server, "filing_officer", first);
        var (id, test) = (
            await server.DraftAsync(
                await server.ConfirmedAsync("user-1"),
                environment: ReportEnvironment.Production,
                isExplained: false
            ),
            await server.DraftAsync(await server.ConfirmedAsync("user-2"), isExplained: false)
        );
        await ApproveAsync(server, test, first);
        await ApproveAsync(server, id, first);
        Assert.Empty(await AlarmsAsync(server));
        time.Pass(TimeSpan.FromMinutes(61));
        Assert.Equal([SecondWanted.Code], await AlarmsAsync(server));
        Assert.Contains(": 1,", await TextAsync(server), StringComparison.Ordinal);

        // What two people compare first is urged by the alarm of the fence alone.
        await server.SystemAsync(tx => FenceRow.OpenAsync(tx, id, FenceRow.Lost, null));
        Assert.Empty(await AlarmsAsync(server));
        await server.SystemAsync(tx => FenceRow.DecideAsync(tx, id, FenceDecision.GoOn));
        Assert.Equal([SecondWanted.Code], await AlarmsAsync(server));

        // The one on duty approved it first.
        await TurnAsync(server, first);
        Assert.Equal([SecondWanted.Nobody, SecondWanted.Code], await AlarmsAsync(server));
        await TurnAsync(server, second, step: 2);
        Assert.Equal([SecondWanted.Code], await AlarmsAsync(server));

        // Another draft is another's to approve first.
        await server.WriteAsync(id, []);
        Assert.Empty(await AlarmsAsync(server));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_opinion_that_nobody_on_duty_can_give_rings_everybody_after_its_age()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var grader = await PseudonymAsync(server, "reviewer");
        using var other = await ConsoleUser.InviteAsync(server, "b.reviewer", "reviewer");
        var second = await PseudonymAsync(server, "reviewer", grader);
        using var steward = await ConsoleUser.InviteAsync(server, "a.steward", "list_steward");
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        await AskAsync(server, reference, await server.ItemAsync(reference), $"person:{grader}");
        time.Pass(TimeSpan.FromHours(24 * 8));
        // Without a rota every channel is told already.
        Assert.Equal(["opinion_overdue"], await OpinionAlarmsAsync(server));
        await TurnAsync(server, await PseudonymAsync(server, "list_steward"));
        await TurnAsync(server, grader, step: 2);
        Assert.Equal([NobodyMayGrade.Code, "opinion_overdue"], await OpinionAlarmsAsync(server));
        await TurnAsync(server, second, step: 3);
        Assert.Equal(["opinion_overdue"], await OpinionAlarmsAsync(server));
    }

    private static Task<bool> ApproveAsync(TestServer server, Guid id, string person) =>
        server.SystemAsync(async tx =>
        {
            var report = (await ReportRow.FindAsync(tx, id))!;
            await FirstApproval.PutAsync(tx, report, new byte[32]);
            return await tx.ExecuteAsync(
                    "update report_approval set approved_by = @by where tenant = @tenant and report_id = @id",
                    new { id, by = $"person:{person}" }
                ) == 1;
        });

    /// <summary>A person graded it, and asks for another opinion.</summary>
    private static async Task AskAsync(TestServer server, string reference, string item, string grader)
    {
        await server.PostAsync(
            $"/v1/cases/{reference}/items/{item}/grade",
            new
            {
                age = "prepubescent",
                activity = "posing",
                depiction = "real",
                reasons = new[] { "by_the_facts" },
                secondOpinion = true,
                person = ReviewWork.Person,
            }
        );
        await server.ExecuteAsync(
            "update case_grade set grader = @grader where tenant = @tenant",
            new { grader }
        );
    }

    internal static Task<Guid> TurnAsync(TestServer server, string person, int step = 1) =>
        server.SystemAsync(tx =>
            Rota.AddTurnAsync(
                tx,
                new RotaTurn
                {
                    Person = person,
                    Step = step,
                    FromMinute = 0,
                    UntilMinute = Rota.MinutesOfWeek,
                }
            )
        );

    /// <summary>Of a person with this role.</summary>
    private static async Task<string> PseudonymAsync(TestServer server, string role, string? but = null) =>
        (
            await server.SystemAsync(tx =>
                tx.QueryAsync<string>(
                    """
                    select p.pseudonym from person p
                    join person_role r on r.tenant = @tenant and r.person_id = p.id
                    where p.tenant = @tenant and lower(r.role) = @role
                    """,
                    new { role = role.Replace("_", "", StringComparison.Ordinal) }
                )
            )
        ).Single(name => name != but);

    private static async Task<IReadOnlyList<string>> AlarmsAsync(TestServer server)
    {
        await server.SystemAsync(SecondWanted.TellAsync);
        return await OpenAsync(server, SecondWanted.Code, SecondWanted.Nobody);
    }

    private static async Task<IReadOnlyList<string>> OpinionAlarmsAsync(TestServer server)
    {
        await AssignedTests.WatchAsync(server);
        return await OpenAsync(server, "opinion_overdue", NobodyMayGrade.Code);
    }

    private static Task<IReadOnlyList<string>> OpenAsync(TestServer server, string one, string other) =>
        server.SystemAsync(tx =>
            tx.QueryAsync<string>(
                """
                select code from alert where tenant = @tenant and state <> 'Closed' and code in (@one, @other)
                order by code
                """,
                new { one, other }
            )
        );

    private static Task<string?> TextAsync(TestServer server) =>
        server.SystemAsync(tx =>
            tx.FindAsync<string>(
                "select text from alert where tenant = @tenant and code = @code and state <> 'Closed'",
                new { code = SecondWanted.Code }
            )
        );
}
