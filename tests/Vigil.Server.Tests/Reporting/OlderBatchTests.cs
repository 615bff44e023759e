using Vigil.CyberTip;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>Batches from before their cases had a table: sealed drafts say whom they name.</summary>
public class OlderBatchTests
{
    private const string Unread = "report_batch_unread";

    [Fact(Timeout = 120_000)]
    public async Task Who_is_named_by_a_batch_of_an_older_version_is_found_after_the_upgrade()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var (own, named, byAccount) = (
            await server.ConfirmedAsync("user-1"),
            await server.ConfirmedAsync("user-2"),
            await server.ConfirmedAsync("user-3")
        );
        var (batch, oldest) = (await server.DraftAsync(own), await server.DraftAsync(own));
        await WriteAsync(server, batch, draft => draft with { BatchCases = [named, named] });
        await WriteAsync(server, oldest, draft => Naming(draft, "user-1", "user-3"));
        Assert.Empty(await NamingAsync(server, named));

        // The tables as the version before had them; the start brings them up to date and reads the drafts.
        await server.ExecuteAsync("drop table report_batch_unread");
        await server.ExecuteAsync("delete from migration where module = 'reporting' and number = 10");
        await server.RestartAsync();
        await TestServer.EventuallyAsync(
            async () => await LeftAsync(server) == 0 ? "read" : null,
            "the drafts are read after the start"
        );
        Assert.Equal([batch], await NamingAsync(server, named));
        Assert.Equal([oldest], await NamingAsync(server, byAccount));
        Assert.DoesNotContain(Unread, await server.AlarmsAsync());

        // Who is cleared before that is found as well.
        await server.ExecuteAsync("delete from report_batch_case where tenant = @tenant");
        await ListAsync(server);
        Assert.Equal([batch], await NamingAsync(server, named));
        Assert.Equal(0, await LeftAsync(server));
        await UnreadableAsync(server, batch, oldest, named);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("Filed", true)]
    [InlineData("Approved", null)]
    [InlineData("Draft", false)]
    public async Task What_the_other_cases_of_an_older_batch_have_is_kept_from_the_upgrade_on(
        string state,
        bool? isFinished
    )
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var (own, named) = (await server.ConfirmedAsync("user-1"), await server.ConfirmedAsync("user-2"));
        var batch = await server.DraftAsync(own);
        await WriteAsync(server, batch, draft => draft with { BatchCases = [named] });
        await server.SealAsync(new CaseRef(named), ViewingWork.Picture(1));
        await server.ExecuteAsync(
            """
            update report set state = @state, approved_at = knowledge_at, filed_at = knowledge_at, jurisdiction = 'US'
            where tenant = @tenant and id = @batch
            """,
            new { state, batch }
        );
        for (var i = 0; i < 2; i++)
        {
            // Read twice, it is kept once.
            await ListAsync(server);
            await WatchReports.LookAsync(server.Kernel().Db, TenantId.Default);
        }
        var until = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<long?>(
                        "select keep_until from content_clock where tenant = @tenant and report_id = @batch",
                        new { batch = batch.ToString() }
                    )
            );
        Assert.Equal(isFinished == false ? 0 : 1, until.Count);
        var later = DateTimeOffset.UtcNow.AddDays(300).ToUnixTimeMilliseconds();
        Assert.All(until, at => Assert.Equal(isFinished, at is null ? null : at > later));
    }

    /// <summary>What does not open stays listed, and an alarm says so, until it opens or nobody needs it.</summary>
    private static async Task UnreadableAsync(TestServer server, Guid batch, Guid other, string named)
    {
        await server.ExecuteAsync("delete from report_batch_case where tenant = @tenant");
        await ListAsync(server);
        await ExchangeAsync(server, batch, other);
        await LookAsync();
        Assert.Equal(2, await LeftAsync(server));
        Assert.Contains(Unread, await server.AlarmsAsync());
        await ExchangeAsync(server, batch, other);
        await LookAsync();
        Assert.Equal(0, await LeftAsync(server));
        Assert.DoesNotContain(Unread, await server.AlarmsAsync());
        Assert.Equal([batch], await NamingAsync(server, named));

        await ListAsync(server);
        await ExchangeAsync(server, batch, other);
        await LookAsync();
        Assert.Contains(Unread, await server.AlarmsAsync());
        await server.ExecuteAsync("update report set state = 'Withdrawn' where tenant = @tenant");
        await LookAsync();
        Assert.Equal(0, await LeftAsync(server));
        Assert.DoesNotContain(Unread, await server.AlarmsAsync());

        Task LookAsync() => WatchReports.LookAsync(server.Kernel().Db, TenantId.Default);
    }

    /// <summary>As the migration does.</summary>
    private static Task<int> ListAsync(TestServer server) =>
        server.ExecuteAsync(
            """
            insert into report_batch_unread (tenant, report_id)
            select tenant, id from report where tenant = @tenant
            """
        );

    /// <summary>Each holds the other's sealed draft, which opens in its own place only.</summary>
    private static Task<int> ExchangeAsync(TestServer server, Guid one, Guid two) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    const string read = "select draft from report where tenant = @tenant and id = @id";
                    const string write =
                        "update report set draft = @draft where tenant = @tenant and id = @id";
                    var first = await tx.FindAsync<byte[]>(read, new { id = one });
                    var second = await tx.FindAsync<byte[]>(read, new { id = two });
                    await tx.ExecuteAsync(write, new { id = one, draft = second });
                    return await tx.ExecuteAsync(write, new { id = two, draft = first });
                }
            );

    /// <summary>As the oldest have it: accounts, and no word of their cases.</summary>
    private static ReportDraft Naming(ReportDraft draft, params string[] accounts) =>
        draft with
        {
            Tip = draft.Tip with
            {
                Report = draft.Tip.Report with
                {
                    BatchedReport = new BatchedReport { Reason = BatchedReportReason.ViralPotentialMeme },
                    PersonOrUserReported =
                    [
                        .. accounts.Select(account => new PersonOrUserReported { EspIdentifier = account }),
                    ],
                },
            },
        };

    private static Task<int> WriteAsync(TestServer server, Guid id, Func<ReportDraft, ReportDraft> change) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    var draft = change(await Drafts.ReadAsync(tx, (await ReportRow.FindAsync(tx, id))!));
                    return await tx.ExecuteAsync(
                        "update report set draft = @draft where tenant = @tenant and id = @id",
                        new { id, draft = ReportSecrets.Seal(tx, DraftCodec.Write(draft), id, "draft") }
                    );
                }
            );

    private static Task<List<Guid>> NamingAsync(TestServer server, string caseRef) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                    (await NamingReports.OfAsync(tx, caseRef))
                        .Where(report => report.CaseRef != caseRef)
                        .Select(report => report.Id)
                        .ToList()
            );

    private static Task<long> LeftAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.FindAsync<long>("select count(*) from report_batch_unread where tenant = @tenant")
            );
}
