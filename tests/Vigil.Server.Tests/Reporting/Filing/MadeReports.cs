using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A report as approval leaves it: the row, the very bytes, the files. SAMPLE facts only.</summary>
internal sealed record MadeReport
{
    public CaseRef Case { get; init; } = new("VC-0000-0000-00");
    public string Destination { get; init; } = FilingKinds.CyberTip;
    public ReportEnvironment Environment { get; init; } = ReportEnvironment.Test;
    public ReportState State { get; init; } = ReportState.Approved;
    public bool IsTest { get; init; }
    public bool IsHighPriority { get; init; }
    public string ApprovedBy { get; init; } = "person:filing-officer-1";
    public string? SecondBy { get; init; }
    public TimeSpan LeavesIn { get; init; } = TimeSpan.Zero;
    public IReadOnlyList<ApprovedFile> Files { get; init; } = [];

    /// <summary>What its case has open is confirmed; a case that is not there is made, with one item.</summary>
    public bool IsConfirmed { get; init; } = true;

    /// <summary>Null: a report that the simulator takes.</summary>
    public byte[]? Document { get; init; }
}

internal static class MadeReports
{
    public static byte[] Document(DateTimeOffset incident) =>
        ReportXml.Write(
            new Report
            {
                IncidentSummary = new() { IncidentType = IncidentType.Csam, IncidentDateTime = incident },
                Reporter = new()
                {
                    ReportingPerson = new() { Email = [new() { Address = "reports@example.com" }] },
                },
            }
        );

    /// <summary>What a person's decision leaves.</summary>
    public static async Task ConfirmAsync(Tx tx, string reference)
    {
        var values = new
        {
            reference,
            id = new Guid(MD5.HashData(Encoding.UTF8.GetBytes(reference))),
            no = false,
            now = tx.Now,
        };
        await tx.ExecuteAsync(
            """
            insert into case_file (tenant, id, ref, state, origin, surface, jurisdiction, opened_at, last_item_at,
                updated_at, item_count, is_test, names_no_suspect, is_contradiction, priority, takes_items)
            values (@tenant, @id, @reference, 'Decided', 'Match', 'public_post', '', @now, @now, @now, 1, @no, @no, @no,
                0, @no)
            on conflict (tenant, ref) do nothing
            """,
            values
        );
        await tx.ExecuteAsync(
            """
            insert into case_item (tenant, id, case_id, origin, surface, jurisdiction, decision, summary, at, flag_count,
                names_no_suspect, state)
            select tenant, id, id, 'Match', surface, jurisdiction, 'review', 'SAMPLE', @now, 0, @no, 'Open'
            from case_file where tenant = @tenant and id = @id
            on conflict (tenant, id) do nothing
            """,
            values
        );
        await StateAsync(tx, reference, "Open", "Confirmed");
    }

    /// <summary>Items of the case in one state are in another then.</summary>
    public static Task<int> StateAsync(Tx tx, string reference, string from, string to) =>
        tx.ExecuteAsync(
            """
            update case_item set state = @to, decided_at = @now where tenant = @tenant and state = @from
              and case_id in (select id from case_file where tenant = @tenant and ref = @reference)
            """,
            new
            {
                reference,
                from,
                to,
                now = tx.Now,
            }
        );

    private static ReportDraft Draft =>
        new()
        {
            Tip = new()
            {
                Report = new()
                {
                    IncidentSummary = new()
                    {
                        IncidentType = IncidentType.Csam,
                        IncidentDateTime = DateTimeOffset.UnixEpoch,
                    },
                    Reporter = new() { ReportingPerson = new() },
                },
            },
        };

    /// <summary>What is said about a file, as approval keeps it.</summary>
    public static string Details(string name)
    {
        var draft = new Draft
        {
            Report = new()
            {
                IncidentSummary = new()
                {
                    IncidentType = IncidentType.Csam,
                    IncidentDateTime = DateTimeOffset.UnixEpoch,
                },
                Reporter = new()
                {
                    ReportingPerson = new() { Email = [new() { Address = "reports@example.com" }] },
                },
            },
            FileDetails = [new FileDetails { OriginalFileName = name }],
        };
        using var json = JsonDocument.Parse(ReportJson.Write(draft));
        return json.RootElement.GetProperty("fileDetails")[0].GetRawText();
    }

    /// <summary>Past approval, which is another's: its rows as the contract has them.</summary>
    public static Task<Guid> ApproveAsync(this TrustKernel kernel, MadeReport? made = null) =>
        kernel.Db.SystemAsync("test", isWrite: true, tx => ApproveAsync(tx, made ?? new MadeReport()));

    public static async Task<Guid> ApproveAsync(Tx tx, MadeReport made)
    {
        var id = tx.NewId();
        if (made.IsConfirmed)
        {
            await ConfirmAsync(tx, made.Case.Value);
        }
        await tx.ExecuteAsync(
            """
            insert into report (tenant, id, case_ref, destination, environment, jurisdiction, state, state_since, owner,
                is_test, is_high_priority, knowledge_at, created_at, created_by, draft_version, draft, approved_at,
                    approved_by,
                second_by, leaves_at)
            values (@tenant, @id, @case, @destination, @environment, 'US', @state, @now, 'delivery', @isTest,
                @isHigh, @now,
                @now, 'person:filing-officer-1', 1, @draft, @now, @approvedBy, @secondBy, @leaves)
            """,
            new
            {
                id,
                @case = made.Case.Value,
                destination = made.Destination,
                environment = made.Environment.ToString(),
                state = made.State.ToString(),
                now = tx.Now,
                isTest = made.IsTest,
                isHigh = made.IsHighPriority,
                draft = ReportSecrets.Seal(tx, DraftCodec.Write(Draft), id, "draft"),
                approvedBy = made.ApprovedBy,
                secondBy = made.SecondBy,
                leaves = tx.Now + made.LeavesIn,
            }
        );
        var document = made.Document ?? Document(TimeProvider.System.GetUtcNow().AddHours(-1));
        await ReportDocuments.PutAsync(tx, id, ReportDocuments.Approved, document);
        await ReportDocuments.PutAsync(
            tx,
            id,
            ReportDocuments.Files,
            Encoding.UTF8.GetBytes(JsonSerializer.Serialize(made.Files))
        );
        await ReportClocks.BeginAsync(tx, made.Case, id.ToString(), "US");
        return id;
    }
}
