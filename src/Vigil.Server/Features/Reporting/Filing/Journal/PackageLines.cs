using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Files;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>What a person did with a package is noted in the journal when it is saved. Answer: its line.</summary>
/// <param name="Receipt">Of the step that it is filed; otherwise null.</param>
internal sealed record PackageNoted(ReportRow Report, PackageStep Step, PackageReceipt? Receipt);

/// <summary>
/// Packages leave by a person's hand, and stand in the same journal as calls: before their first byte is given out, and
/// with each word of what became of them. So a database that was put back gives none out a second time.
/// </summary>
internal sealed class PackageLines(FilingJournals journals)
{
    private const int MostLooks = 20;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>Before an act that is noted: the journal is open, and compared with the database.</summary>
    /// <exception cref="ProblemException">It cannot be now; the text says what to do.</exception>
    public async Task<FilingJournal> ReadyAsync(TenantId tenant, CancellationToken cancellation)
    {
        try
        {
            return await journals.OpenAsync(ActorOf(tenant), cancellation);
        }
        catch (FileInUseException)
        {
            throw Unavailable(
                "journal_elsewhere",
                "Another process of this data folder has the journal of what left: do this there."
            );
        }
        catch (Exception e)
            when (e is IOException or SealBrokenException or KeyRingException or JsonException)
        {
            throw Unavailable(
                "journal_not_read",
                "The journal of what was filed and given out cannot be read, so nothing is given out. /health/ready "
                    + "and the server's log say why."
            );
        }
    }

    /// <summary>As <see cref="ReadyAsync"/>, and this server files beside the others of its database.</summary>
    /// <exception cref="ProblemException">It waits for their word.</exception>
    public async Task ReadyToGiveAsync(TenantId tenant, CancellationToken cancellation)
    {
        await ReadyAsync(tenant, cancellation);
        var peers = journals.PeersOf(tenant);
        for (var look = 1; await peers.LookAsync(ActorOf(tenant), cancellation) != PeerStanding.IsIn; look++)
        {
            if (look == MostLooks)
            {
                throw Unheard();
            }
            // Their word comes within seconds, where they live.
            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    /// <summary>Counts the next line in the transaction that saves what it says; it is not written yet.</summary>
    /// <exception cref="ProblemException">The journal is not open, or knows more than the database.</exception>
    public async Task<JournalLine> NextAsync(
        Tx tx,
        ReportRow report,
        PackageStep step,
        PackageReceipt? receipt = null
    )
    {
        var journal = journals.Find(tx.Tenant) ?? throw FenceRow.NotRead();
        var call = await PackageCalls.NextAsync(tx, report.Id);
        var head = await JournalRow.AdvanceAsync(tx, journal);
        if (head == 0)
        {
            journal.IsBehind = true;
            throw FenceRow.Behind();
        }
        var note = await DescribeAsync(tx, report, step, receipt);
        var others = (await NamingReports.CasesOfAsync(tx, report)).Skip(1).ToList();
        return new JournalLine
        {
            Report = report.Id,
            Case = report.CaseRef,
            OtherCases = others.Count > 0 ? others : null,
            At = tx.Now,
            Call = call,
            Head = head,
            Phase = note.Phase,
            Receipt = JournalLine.KeptOf(receipt?.Bytes),
            Package = note,
            Environment = report.Environment,
            Drafted = report.CreatedAt,
        };
    }

    /// <summary>
    /// After that transaction, and before the first byte is given out: the line is durable here, and every other server
    /// that files knows how far this journal came.
    /// </summary>
    /// <exception cref="ProblemException">It is not: nothing may be given out.</exception>
    public async Task AnnounceAsync(TenantId tenant, JournalLine line, CancellationToken cancellation)
    {
        try
        {
            journals.Find(tenant)!.Append(line);
        }
        catch (IOException)
        {
            throw Unavailable(
                "journal_not_written",
                "The journal of what leaves cannot be written, so nothing was given out: the disk is full, or somebody "
                    + "cut the file off. Try again when the operator has put that right."
            );
        }
        if (!await journals.PeersOf(tenant).AgreeAsync(ActorOf(tenant), line.Head!.Value, cancellation))
        {
            throw Unheard();
        }
    }

    /// <summary>The answer to <see cref="PackageNoted"/>: written when it is saved.</summary>
    public async Task<JournalLine> HearAsync(Tx tx, PackageNoted noted)
    {
        var line = await NextAsync(tx, noted.Report, noted.Step, noted.Receipt);
        var journal = journals.Find(tx.Tenant)!;
        tx.OnCommitted(() => journal.AppendFact(line));
        return line;
    }

    /// <summary>What a person did is noted.</summary>
    /// <param name="tx">The transaction that saves it.</param>
    /// <param name="report">Of a package that was given out.</param>
    /// <param name="step">How far it came.</param>
    /// <param name="receipt">Where it is filed.</param>
    public static Task NoteAsync(Tx tx, ReportRow report, PackageStep step, PackageReceipt? receipt = null) =>
        tx.AskAsync<PackageNoted, JournalLine>(new(report, step, receipt));

    /// <summary>Before an act on a report that is noted, as far as it is of a package.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="id">Of the report.</param>
    /// <param name="act">As its address has it: handover, receipt, withdrawal; others are not noted.</param>
    public static async Task ReadyForAsync(HttpContext context, Guid id, string act)
    {
        if (act is not ("handover" or "receipt" or "withdrawal"))
        {
            return;
        }
        var report = await context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(
                context.Actor(),
                Permission.ReportFile,
                tx => ReportRow.FindAsync(tx, id),
                context.RequestAborted
            );
        if (
            report is { State: ReportState.Approved or ReportState.HandedOver }
            && AllDestinations.Find(report.Destination)?.Kind == DeliveryKind.Package
            // What was never given out is taken back without a line.
            && (act != "withdrawal" || report.GivenAt is not null)
        )
        {
            var lines = context.RequestServices.GetRequiredService<PackageLines>();
            await lines.ReadyAsync(context.Actor().Tenant, context.RequestAborted);
        }
    }

    private static async Task<PackageNote> DescribeAsync(
        Tx tx,
        ReportRow report,
        PackageStep step,
        PackageReceipt? receipt
    )
    {
        var built = await tx.QueryAsync<Built>(
            """
            select r.name, p.sha256 from report_package p
            left join recipient r on r.tenant = @tenant and r.id = p.recipient_id
            where p.tenant = @tenant and p.report_id = @id order by p.built_at desc, p.id desc limit @most
            """,
            new { id = report.Id, most = PackageNote.MostRecipients }
        );
        return new PackageNote
        {
            Step = step,
            Destination = report.Destination,
            Jurisdiction = report.Jurisdiction,
            Recipients = [.. built.Select(row => row.Name).OfType<string>().Distinct(StringComparer.Ordinal)],
            Sha256 = built is [var newest, ..] ? Convert.ToHexStringLower(newest.Sha256) : null,
            Number = receipt?.Number,
            FiledAt = receipt?.FiledAt,
            By = tx.Actor.Name,
        };
    }

    private static Actor ActorOf(TenantId tenant) => Actor.Machine(tenant, "filing", Permission.ReportFile);

    private static ProblemException Unheard() =>
        Unavailable(
            "servers_not_heard",
            "The database's other servers have not said yet that nothing of what left is missing, or two people are to "
                + "decide first (/console/reporting/fence): nothing was given out. Try again in a minute."
        );

    private static ProblemException Unavailable(string code, string detail) =>
        new(503, code, detail) { RetryAfter = TimeSpan.FromSeconds(60) };

    private sealed class Built
    {
        public string? Name { get; init; }
        public byte[] Sha256 { get; init; } = [];
    }
}
