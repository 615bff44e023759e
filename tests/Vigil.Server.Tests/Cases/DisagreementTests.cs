using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Two people who see one fact differently.</summary>
public class DisagreementTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_fact_that_two_see_differently_is_reported_by_no_one_until_a_third_has_said()
    {
        await using var server = await TestServer.StartAsync();
        using var first = await server.ReviewerAsync();
        using var second = await server.ReviewerAsync("sec.ond");
        using var third = await server.ReviewerAsync("thi.rd");
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        var item = Guid.Parse(await server.ItemAsync(reference));
        await first.GradeAsync(reference, $"{item}", ("secondOpinion", "true"));
        // The codes are the same.
        await second.GradeAsync(reference, $"{item}", ("fact", "infant"));
        Assert.Equal(3, await WaitingAsync(server, item));
        Assert.Empty(await FactsAsync(server, reference));

        // As two who disagreed were left before facts were compared: nothing stands, and a third can be asked for.
        await server.ExecuteAsync("delete from case_opinion where tenant = @tenant and round = 3", new { });
        Assert.Empty(await FactsAsync(server, reference));
        await server
            .Kernel()
            .Db.ActAsync(
                (await server.SignedInAsync(first)).Actor,
                Permission.CaseGrade,
                tx => Opinions.RequestAsync(tx, reference, item, "age_features")
            );
        Assert.Equal(3, await WaitingAsync(server, item));
        await third.GradeAsync(reference, $"{item}", ("fact", "infant"));
        Assert.Equal("yes", (await FactsAsync(server, reference))["infant"]);
    }

    private static Task<int?> WaitingAsync(TestServer server, Guid item) =>
        server.Kernel().Db.SystemAsync("test", isWrite: false, tx => Opinions.WaitingAsync(tx, item));

    /// <summary>As a report is told them.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> FactsAsync(
        TestServer server,
        string reference
    ) =>
        (
            await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx =>
                        tx.AskAsync<ReportableCaseWanted, ReportableCase>(
                            new ReportableCaseWanted(new CaseRef(reference))
                        )
                )
        )
            .Items[0]
            .Facts;
}
