using System.Globalization;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Drafts of reports: made from a case, changed by people. Sealed; each change in the ledger.</summary>
internal static class Drafts
{
    private const string What = "draft";

    /// <summary>A draft with all that is known. Nothing leaves by it.</summary>
    /// <param name="tx">An act's.</param>
    /// <param name="reference">A case of which a person confirmed something.</param>
    /// <param name="destination">Whom it is for.</param>
    /// <param name="environment">Test reports and real ones never mix.</param>
    /// <param name="follows">The report that it adds to, in any state: nothing is blocked by an earlier one.</param>
    /// <param name="wish">What a person wants of it; null: nothing particular.</param>
    /// <exception cref="ProblemException">
    /// No such case; nothing is confirmed; a test case to production; a package of a real case to the test environment.
    /// </exception>
    public static async Task<ReportRow> CreateAsync(
        Tx tx,
        CaseRef reference,
        Destination destination,
        ReportEnvironment environment,
        Guid? follows,
        DraftWish? wish = null
    )
    {
        var found = await CaseOfAsync(tx, reference);
        if (!found.IsThere)
        {
            throw ProblemException.NotFound("There is no case of this reference.");
        }
        if ((await ReportRow.OfCaseAsync(tx, reference.Value)).Count >= DraftLimits.ReportsPerCase)
        {
            throw ProblemException.Conflict(
                "too_many_reports",
                $"This case has {DraftLimits.ReportsPerCase} reports, the most there are: work on those."
            );
        }
        await CheckFollowsAsync(tx, found, reference, destination, environment, follows);
        var sources = await GatherSources.ReadAsync(tx, reference, found, destination, environment);
        Check(sources, environment);
        if (destination.Kind == DeliveryKind.Package)
        {
            await RealInTest.RefuseAsync(tx, destination, environment, sources.IsTest);
        }
        var batch = wish?.Batch is { } others ? await GatherBatch.ReadAsync(tx, sources, others) : null;
        sources = sources with { Type = wish?.Type, Batch = batch?.Accounts };
        var draft = BuildDraft.From(sources) with
        {
            BatchCases =
            [
                .. (wish?.Batch ?? []).Select(other => other.Value).Where(other => other != reference.Value),
            ],
            BatchItems = batch?.Items ?? new Dictionary<string, IReadOnlyList<Guid>>(),
        };
        var id = await InsertAsync(tx, reference, destination, environment, follows, draft);
        await tx.RecordAsync(
            new LedgerAct("report.drafted", id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["case"] = reference.Value,
                    ["destination"] = destination.Code,
                    ["environment"] = environment.ToString(),
                    ["files"] = draft.Files.Count.ToString(CultureInfo.InvariantCulture),
                },
            }
        );
        await DueClock.LawAgainAsync(tx, reference.Value);
        return (await ReportRow.FindAsync(tx, id))!;
    }

    /// <exception cref="ProblemException">None: the same words for another's and for one that never was.</exception>
    public static async Task<ReportRow> RequireAsync(Tx tx, ReportRow? row) =>
        row is not null && await tx.MaySeeCaseAsync(row.CaseRef)
            ? row
            : throw ProblemException.NotFound("There is no such report.");

    public static async Task<ReportDraft> ReadAsync(Tx tx, ReportRow row)
    {
        var value = await tx.FindAsync<byte[]>(
            "select draft from report where tenant = @tenant and id = @id",
            new { id = row.Id }
        );
        return Open(tx, value!, row.Id);
    }

    internal static ReportDraft Open(Tx tx, byte[] value, Guid id) =>
        DraftCodec.Read(ReportSecrets.Open(tx, value, id, What));

    /// <summary>The draft before the newest; null: it was not changed yet.</summary>
    public static async Task<ReportDraft?> ReadBeforeAsync(Tx tx, ReportRow row)
    {
        var value = await tx.FindAsync<byte[]>(
            "select draft from report_draft_before where tenant = @tenant and report_id = @id",
            new { id = row.Id }
        );
        return value is null ? null : DraftCodec.Read(ReportSecrets.Open(tx, value, row.Id, What));
    }

    /// <summary>What a person wrote replaces the draft; the one before is kept, for what changed.</summary>
    /// <param name="tx">An act's.</param>
    /// <param name="row">Locked, in the state <see cref="ReportState.Draft"/>.</param>
    /// <param name="draft">As it shall be; what records say is as it was.</param>
    /// <param name="version">The one that was changed.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="ProblemException">It was changed meanwhile, is no draft, or says what none may.</exception>
    public static async Task<int> SaveAsync(Tx tx, ReportRow row, ReportDraft draft, int version)
    {
        var before = await ReadAsync(tx, row);
        FixedParts.Check(before, draft);
        return await WriteAsync(tx, row, before, draft, version, "report.draft_saved");
    }

    /// <summary>As <see cref="SaveAsync"/>, for what this installation itself found out.</summary>
    internal static async Task<int> WriteAsync(
        Tx tx,
        ReportRow row,
        ReportDraft before,
        ReportDraft draft,
        int version,
        string action
    )
    {
        if (row.State != ReportState.Draft)
        {
            throw ProblemException.Conflict(
                "not_a_draft",
                $"This report is {row.State}: take the approval back, or draft one that follows it."
            );
        }
        await KeepBeforeAsync(tx, row, before);
        var changed = await tx.ExecuteAsync(
            """
            update report set draft = @draft, draft_version = @next, is_high_priority = @isHigh
            where tenant = @tenant and id = @id and state = 'Draft' and draft_version = @version
            """,
            new
            {
                id = row.Id,
                version,
                next = version + 1,
                draft = ReportSecrets.Seal(tx, DraftCodec.Write(draft), row.Id, What),
                isHigh = IsHigh(draft),
            }
        );
        if (changed != 1)
        {
            throw ProblemException.Conflict(
                "draft_changed",
                $"Version {version} is not the newest, which was {row.DraftVersion} just now: read it, and put your "
                    + "changes into it."
            );
        }
        await tx.RecordAsync(
            new LedgerAct(action, row.Id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["version"] = (version + 1).ToString(CultureInfo.InvariantCulture),
                },
            }
        );
        // Where it is hosted may be said by now, and a duty be owed or not.
        await DueClock.LawAgainAsync(tx, row.CaseRef);
        return version + 1;
    }

    /// <summary>No trace of what it said; whoever asks for that recorded it.</summary>
    internal static async Task EmptyAsync(Tx tx, ReportRow row, ReportDraft empty)
    {
        await tx.ExecuteAsync(
            "delete from report_draft_before where tenant = @tenant and report_id = @id",
            new { id = row.Id }
        );
        await tx.ExecuteAsync(
            """
            update report set draft = @draft, draft_version = draft_version + 1, is_high_priority = @isHigh
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = row.Id,
                draft = ReportSecrets.Seal(tx, DraftCodec.Write(empty), row.Id, What),
                isHigh = false,
            }
        );
    }

    /// <summary>How good the draft is, and whether the case is still as it was drafted from.</summary>
    public static async Task<DraftStanding> StandingAsync(
        Tx tx,
        ReportRow row,
        ReportDraft draft,
        ReportableCase? about = null
    )
    {
        about ??= await CaseOfAsync(tx, new CaseRef(row.CaseRef));
        var destination = AllDestinations.Find(row.Destination)!;
        var standing = DraftGate.Check(destination, draft, tx.Now);
        return standing with
        {
            Findings =
            [
                .. standing.Findings,
                .. await SchemaFindings.OfAsync(tx, row, draft, standing),
                .. await CaseNow.FindingsAsync(tx, row, draft, about),
                .. await HostedAtHome.FindingsAsync(tx, row, draft),
                .. await LostFindings.FindingsAsync(tx, row),
            ],
        };
    }

    public static Task<ReportableCase> CaseOfAsync(Tx tx, CaseRef reference) =>
        tx.AskAsync<ReportableCaseWanted, ReportableCase>(new ReportableCaseWanted(reference));

    private static void Check(DraftSources sources, ReportEnvironment environment)
    {
        if (sources.Used.Count == 0)
        {
            throw ProblemException.Conflict(
                "nothing_confirmed",
                "No item of this case is confirmed: nothing is reported without a person's decision."
            );
        }
        if (sources.IsTest && environment != ReportEnvironment.Test)
        {
            throw ProblemException.Conflict(
                "test_case",
                "This case is of SAMPLE pictures: it is reported to a test environment only."
            );
        }
    }

    private static async Task CheckFollowsAsync(
        Tx tx,
        ReportableCase found,
        CaseRef reference,
        Destination destination,
        ReportEnvironment environment,
        Guid? follows
    )
    {
        if (follows is not { } id)
        {
            return;
        }
        var row = await ReportRow.FindAsync(tx, id);
        var isOfAccount =
            row is not null && found.OtherCases.Prepend(reference).Any(other => other.Value == row.CaseRef);
        if (!isOfAccount || row!.Destination != destination.Code || row.Environment != environment)
        {
            throw ProblemException.BadRequest(
                "bad_follows",
                "'follows' is a report of this case or its account, to the same destination and environment."
            );
        }
    }

    private static async Task<Guid> InsertAsync(
        Tx tx,
        CaseRef reference,
        Destination destination,
        ReportEnvironment environment,
        Guid? follows,
        ReportDraft draft
    )
    {
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into report (tenant, id, case_ref, destination, environment, jurisdiction, state, state_since, owner,
                is_test, is_high_priority, knowledge_at, created_at, created_by, draft_version, draft, follows)
            values (@tenant, @id, @caseRef, @destination, @environment, @jurisdiction, 'Draft', @now, @owner,
                @isTest, @isHigh, @knowledgeAt, @now, @by, 1, @draft, @follows)
            """,
            new
            {
                id,
                caseRef = reference.Value,
                destination = destination.Code,
                environment = environment.ToString(),
                jurisdiction = destination.Jurisdiction,
                now = tx.Now,
                owner = ReportOwners.FilingOfficer,
                isTest = draft.IsTest,
                isHigh = IsHigh(draft),
                knowledgeAt = draft.KnowledgeAt,
                by = tx.Actor.Name,
                draft = ReportSecrets.Seal(tx, DraftCodec.Write(draft), id, What),
                follows,
            }
        );
        await NamingReports.AddAsync(tx, id, draft.BatchCases);
        await ReportOwners.AnswerRejectedAsync(tx, reference.Value, destination.Code);
        return id;
    }

    private static Task<int> KeepBeforeAsync(Tx tx, ReportRow row, ReportDraft before) =>
        tx.ExecuteAsync(
            """
            insert into report_draft_before (tenant, report_id, version, draft)
            values (@tenant, @id, @version, @draft)
            on conflict (tenant, report_id) do update set version = excluded.version, draft = excluded.draft
            """,
            new
            {
                id = row.Id,
                version = row.DraftVersion,
                draft = ReportSecrets.Seal(tx, DraftCodec.Write(before), row.Id, What),
            }
        );

    private static bool IsHigh(ReportDraft draft) =>
        draft.Tip.Report.IncidentSummary?.EscalateToHighPriority is not null;
}
