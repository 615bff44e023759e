using System.Globalization;
using System.Security.Cryptography;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <param name="Version">1 for the first; each telling replaces the one before.</param>
/// <param name="DraftsBefore">Drafts that were made before it: they do not change by it.</param>
internal sealed record SubjectAnswer(string CaseRef, int Version, int Contents, int Chats, int DraftsBefore);

/// <summary>
/// PUT and GET /v1/cases/{ref}/subject. What is told is sealed, and used by the drafts that are made afterwards.
/// </summary>
internal static class TellSubject
{
    private const string What = "subject";

    /// <param name="tx">An act's.</param>
    /// <param name="reference">The case.</param>
    /// <param name="body">Checked by <see cref="SubjectJson.Check"/>.</param>
    /// <exception cref="ProblemException">No such case, or it is closed.</exception>
    public static async Task<SubjectAnswer> RunAsync(Tx tx, string reference, byte[] body)
    {
        var found = await RequireCaseAsync(tx, reference);
        if (found.IsClosed)
        {
            throw ProblemException.Conflict(
                "case_closed",
                "The case is closed and takes nothing: reopen it first."
            );
        }
        var (before, _) = await FindRowAsync(tx, reference);
        var (id, version) = (before?.Id ?? tx.NewId(), (before?.Version ?? 0) + 1);
        await tx.ExecuteAsync(
            """
            insert into report_subject (tenant, case_ref, id, version, told, told_at, told_by)
            values (@tenant, @reference, @id, @version, @told, @at, @by)
            on conflict (tenant, case_ref) do update set version = excluded.version, told = excluded.told,
                told_at = excluded.told_at, told_by = excluded.told_by
            """,
            new
            {
                reference,
                id,
                version,
                told = ReportSecrets.Seal(tx, body, id, What),
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("report.subject_told", reference)
            {
                Secret = Convert.ToHexStringLower(SHA256.HashData(body)),
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["version"] = version.ToString(CultureInfo.InvariantCulture),
                },
            }
        );
        // Addresses may be told, and a duty of an address be owed.
        await DueClock.LawAgainAsync(tx, reference);
        var told = SubjectJson.Read(body, version);
        var drafts = (await ReportRow.OfCaseAsync(tx, reference)).Count(row =>
            row.State == ReportState.Draft
        );
        return new SubjectAnswer(reference, version, told.Contents.Count, told.Chats.Count, drafts);
    }

    /// <summary>What was told, byte for byte.</summary>
    /// <exception cref="ProblemException">No such case, or nothing was told of it.</exception>
    public static async Task<WordsOf<byte[]>> ReadAsync(Tx tx, string reference)
    {
        await RequireCaseAsync(tx, reference);
        var (row, told) = await FindRowAsync(tx, reference);
        return row is null
            ? throw ProblemException.NotFound(
                "Nothing was told of the subject of this case: PUT it here first."
            )
            : new WordsOf<byte[]>(reference, SubjectJson.Read(told!, row.Version).Characters, told!);
    }

    public static async Task<SubjectTold> FindAsync(Tx tx, string reference)
    {
        var (row, told) = await FindRowAsync(tx, reference);
        return row is null ? SubjectTold.Nothing : SubjectJson.Read(told!, row.Version);
    }

    public static Task<int> ForgetAsync(Tx tx, string reference) =>
        tx.ExecuteAsync(
            "delete from report_subject where tenant = @tenant and case_ref = @reference",
            new { reference }
        );

    /// <summary>0: nothing was told.</summary>
    public static async Task<int> VersionAsync(Tx tx, string reference) =>
        (int)(
            await tx.FindAsync<long?>(
                "select version from report_subject where tenant = @tenant and case_ref = @reference",
                new { reference }
            ) ?? 0
        );

    private static async Task<(Row? Row, byte[]? Told)> FindRowAsync(Tx tx, string reference)
    {
        var row = await tx.FindAsync<Row>(
            "select id, version, told from report_subject where tenant = @tenant and case_ref = @reference",
            new { reference }
        );
        return (row, row is null ? null : ReportSecrets.Open(tx, row.Told, row.Id, What));
    }

    private static async Task<CaseForContent> RequireCaseAsync(Tx tx, string reference)
    {
        var found =
            CaseRef.IsWellFormed(reference) && await tx.MaySeeCaseAsync(reference)
                ? await tx.AskAsync<ContentCase, CaseForContent>(
                    new ContentCase(new CaseRef(reference), null)
                )
                : CaseForContent.None;
        return found.IsThere ? found : throw ProblemException.NotFound("There is no case of this reference.");
    }

    private sealed class Row
    {
        public Guid Id { get; init; }
        public int Version { get; init; }
        public byte[] Told { get; init; } = [];
    }
}
