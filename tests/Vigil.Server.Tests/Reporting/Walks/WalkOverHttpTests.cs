using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;

namespace Vigil.Server.Tests.Reporting.Walks;

/// <summary>
/// The same over HTTP: a real server, its own worker, a simulated CyberTipline. Lists, programs and people act at random;
/// what arrived is compared with what a person had approved by then.
/// </summary>
public sealed class WalkOverHttpTests
{
    private const int Acts = 9;

    private static int Walks => Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 2_000 : 200;

    [Fact(Timeout = 3_600_000)]
    public async Task Nothing_arrives_that_no_person_approved_and_what_did_otherwise_is_found()
    {
        await using var filing = await FilingServer.StartAsync();
        var server = filing.Server;
        await server.SetAsync("reports.second_person", "never");
        await server.SetAsync("reports.undoSeconds", "0");
        await server.SetAsync("reports.undoSecondsHighPriority", "0");
        using var person = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        var approved = new HashSet<Guid>();
        for (var i = 0; i < Walks; i++)
        {
            await new HttpWalk(server, person, random, approved, $"user-{i}").RunAsync(Acts);
        }
        var arrived = await ArrivedAsync(filing);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed={seed} walks={Walks} approved={approved.Count} arrived={arrived.Count}"
        );
        Assert.True(arrived.Count > Walks / 20, $"Hardly anything happened: {arrived.Count} arrived.");
        Assert.Empty(arrived.Except(approved));

        // The control: a row as if somebody had approved it, who did not. What it looks like it is sent, and seen here.
        var forged = await filing.ApproveAsync();
        await filing.UntilAsync(forged, ReportState.Filed);
        Assert.Equal([forged], (await ArrivedAsync(filing)).Except(approved));
        // A program's name is refused by the server itself.
        var machine = await filing.ApproveAsync(new MadeReport { ApprovedBy = "machine:scan" });
        await filing.UntilAlarmAsync("report_needs_human");
        Assert.DoesNotContain(machine, await ArrivedAsync(filing));
    }

    /// <summary>By the number that the simulator gave: what it finished, and whose it is. Nothing is on its way.</summary>
    private static async Task<IReadOnlyList<Guid>> ArrivedAsync(FilingServer filing)
    {
        await TestServer.EventuallyAsync(
            async () =>
                await filing.ReadAsync(tx =>
                    tx.FindAsync<long>(
                        """
                        select count(*) from report
                        where tenant = @tenant and destination = 'cybertip' and state in ('Approved', 'Filing')
                          and approved_by like 'person:%'
                        """
                    )
                ) == 0
                    ? "done"
                    : null,
            "all that was approved is over",
            deadlineSeconds: 120
        );
        var numbers = filing
            .Test.Reports.Concat(filing.Production.Reports)
            .Where(report => report.State == SimulatedReportState.Finished)
            .Select(report => report.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .ToList();
        var known = await filing.ReadAsync(async tx =>
            (
                await tx.QueryAsync<Numbered>(
                    "select id, remote_id from report where tenant = @tenant and remote_id is not null"
                )
            ).ToDictionary(row => row.RemoteId, row => row.Id, StringComparer.Ordinal)
        );
        // Finished there and not known here would be worse than any: it is nobody's.
        return [.. numbers.Select(number => known.GetValueOrDefault(number))];
    }

    private sealed class Numbered
    {
        public Guid Id { get; init; }
        public string RemoteId { get; init; } = "";
    }
}
