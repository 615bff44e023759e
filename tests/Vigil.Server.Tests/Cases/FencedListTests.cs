using System.Net;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.NoticesReceived;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Tests.Reporting;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Lists are cut after the fence: what others may see hides nothing from who sees granted cases only.</summary>
public class FencedListTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_report_and_the_clock_of_a_granted_case_are_listed_behind_older_ones()
    {
        await using var server = await TestServer.StartAsync();
        var (old, granted) = (await server.ConfirmedAsync("user-1"), await server.ConfirmedAsync("user-2"));
        await server.DraftAsync(old);
        await server.DraftAsync(granted);
        var fenced = Fenced.Of(Permission.ReportRead);
        Assert.Empty(await DraftsAsync());
        Assert.Empty(await ClocksAsync());
        Assert.Equal(["Report drafts: 0", "Reports due: 0"], await CountsAsync());

        await server.GrantAsync(fenced, granted);

        // One row at most: the older one takes no place.
        Assert.Equal([granted], await DraftsAsync());
        Assert.Equal([granted], await ClocksAsync());
        Assert.Equal(["Report drafts: 1", "Reports due: 1"], await CountsAsync());

        async Task<IEnumerable<string>> DraftsAsync() =>
            (await ReadAsync(server, fenced, tx => ReportRow.InStateAsync(tx, ReportState.Draft, 1))).Select(
                report => report.CaseRef
            );

        async Task<IEnumerable<string>> ClocksAsync() =>
            (await ReadAsync(server, fenced, tx => DueClock.OpenAsync(tx, 1, withTests: true))).Select(
                clock => clock.CaseRef
            );

        async Task<IEnumerable<string>> CountsAsync() =>
            (await CountedAsync(server, fenced)).Where(count =>
                count.StartsWith("Report", StringComparison.Ordinal)
            );
    }

    [Fact(Timeout = 180_000)]
    public async Task The_notice_of_a_granted_case_is_listed_behind_a_page_of_newer_ones()
    {
        await using var server = await TestServer.StartAsync();
        var granted = await TakeAsync(server, 0);
        for (var number = 1; number <= NoticeLimits.Rows; number++)
        {
            await TakeAsync(server, number);
        }
        var fenced = Fenced.Of(Permission.ScanSubmit);
        Assert.Empty((await ListAsync()).Notices);

        await server.GrantAsync(fenced, granted);

        var list = await ListAsync();
        Assert.Equal(granted, Assert.Single(list.Notices).CaseRef);
        Assert.Null(list.Next);

        Task<NoticeList> ListAsync() =>
            ReadAsync(server, fenced, tx => NoticeView.ListAsync(tx, isAll: false, null));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_opinion_for_a_list_of_a_granted_case_is_listed_behind_newer_ones()
    {
        await using var server = await TestServer.StartAsync();
        var (granted, others) = (await server.OpenAsync("user-1"), await server.OpenAsync("user-2"));
        await TellAsync(server, granted, 1);
        await TellAsync(server, others, 200);
        var fenced = Fenced.Of(Permission.CaseDecide);
        Assert.Empty((await ReadAsync(server, fenced, ShowSourceOpinions.ListAsync)).Opinions);

        await server.GrantAsync(fenced, granted);

        var listed = await ReadAsync(server, fenced, ShowSourceOpinions.ListAsync);
        Assert.Equal(granted, Assert.Single(listed.Opinions).CaseRef);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_first_page_counts_granted_cases_only()
    {
        await using var server = await TestServer.StartAsync();
        var (granted, other) = (await server.OpenAsync("user-1"), await server.OpenAsync("user-2"));
        await server.PostAsync($"/v1/cases/{other}/danger", new { });
        var fenced = Fenced.Of(Permission.CaseRead);
        Assert.Equal(["Open cases: 0"], await CountedAsync(server, fenced));

        await server.GrantAsync(fenced, granted);
        Assert.Equal(["Open cases: 1"], await CountedAsync(server, fenced));

        await server.GrantAsync(fenced, other);
        Assert.Equal(["A child may be in danger: 1", "Open cases: 2"], await CountedAsync(server, fenced));
    }

    /// <summary>What the first page counts for somebody, by title.</summary>
    private static async Task<IEnumerable<string>> CountedAsync(TestServer server, Actor actor)
    {
        var wanted = await ReadAsync(
            server,
            actor,
            async tx =>
            {
                var numbers = new HomeNumbersWanted();
                await tx.RaiseAsync(numbers);
                return numbers;
            }
        );
        return wanted
            .Numbers.Where(number => actor.May(number.Permission))
            .Select(number => $"{number.Title}: {number.Value}")
            .Order(StringComparer.Ordinal);
    }

    private static Task<T> ReadAsync<T>(TestServer server, Actor actor, Func<Tx, Task<T>> read) =>
        server.Kernel().Db.ReadAsync(actor, actor.Permissions.Single(), read);

    private static async Task<string> TakeAsync(TestServer server, int number) =>
        (
            await server.PostAsync(
                "/v1/notices",
                new
                {
                    senderKind = "hotline",
                    sender = "Example Hotline",
                    reference = $"R-{number}",
                    category = "suspected_csam",
                    action = "remove",
                    contents = new[] { $"post/{number}" },
                    surface = "public_post",
                    text = "Please look at this.",
                },
                HttpStatusCode.Created
            )
        ).Text("caseRef");

    /// <summary>As if lists had been told so often of one case, each time later.</summary>
    private static Task<int> TellAsync(TestServer server, string reference, int times) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    var caseId = await tx.FindAsync<Guid>(
                        "select id from case_file where tenant = @tenant and ref = @reference",
                        new { reference }
                    );
                    for (var number = 0; number < times; number++)
                    {
                        await tx.ExecuteAsync(
                            """
                            insert into case_source_opinion (tenant, id, case_id, list_id, entry_id, opinion,
                                delivery, state, sent_at, state_at)
                            values (@tenant, @id, @caseId, @id, @id, 'FalsePositive', @id, 'Received', @now, @now)
                            """,
                            new
                            {
                                id = tx.NewId(),
                                caseId,
                                now = tx.Now,
                            }
                        );
                    }
                    return times;
                }
            );
}
