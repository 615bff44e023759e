using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.CyberTip;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Drafts as they are kept: sealed, with a version.</summary>
internal static class Drafts
{
    private const string What = "draft";

    public static async Task<ReportRow> CreateAsync(
        Tx tx,
        CaseRef caseRef,
        Destination destination,
        ReportEnvironment environment,
        Guid? follows
    )
    {
        var id = tx.NewId();
        var draft = new ReportDraft
        {
            Tip = new Draft
            {
                Report = new Report
                {
                    IncidentSummary = new IncidentSummary
                    {
                        IncidentType = IncidentType.Csam,
                        IncidentDateTime = tx.Now.AddHours(-1),
                    },
                    Reporter = new Reporter
                    {
                        ReportingPerson = new Vigil.CyberTip.Person
                        {
                            Email = [new Email { Address = "safety@example.org" }],
                        },
                    },
                },
            },
            KnowledgeAt = tx.Now,
        };
        await tx.ExecuteAsync(
            """
            insert into report (tenant, id, case_ref, destination, environment, jurisdiction, state, state_since, owner,
                is_test, is_high_priority, knowledge_at, created_at, created_by, draft_version, draft, follows)
            values (@tenant, @id, @caseRef, @destination, @environment, @jurisdiction, 'Draft', @now, 'filing_officer',
                @no, @no, @now, @now, @me, 1, @draft, @follows)
            """,
            new
            {
                id,
                caseRef = caseRef.Value,
                destination = destination.Code,
                environment = environment.ToString(),
                jurisdiction = destination.Jurisdiction,
                now = tx.Now,
                no = false,
                me = tx.Actor.Name,
                draft = ReportSecrets.Seal(tx, Write(draft), id, What),
                follows,
            }
        );
        await tx.RecordAsync(new LedgerAct("report.drafted", id.ToString()));
        return (await ReportRow.FindAsync(tx, id))!;
    }

    public static async Task<ReportDraft> ReadAsync(Tx tx, ReportRow report)
    {
        var bytes = await tx.FindAsync<byte[]>(
            "select draft from report where tenant = @tenant and id = @id",
            new { id = report.Id }
        );
        return Read(ReportSecrets.Open(tx, bytes!, report.Id, What));
    }

    public static Task<ReportDraft?> ReadBeforeAsync(Tx tx, ReportRow row) =>
        Task.FromResult<ReportDraft?>(null);

    public static Task<DraftStanding> StandingAsync(Tx tx, ReportRow row, ReportDraft draft) =>
        Task.FromResult(DraftGate.Check(AllDestinations.Find(row.Destination)!, draft, tx.Now));

    public static async Task<int> SaveAsync(Tx tx, ReportRow report, ReportDraft draft, int version)
    {
        var changed = await tx.ExecuteAsync(
            """
            update report set draft = @draft, draft_version = draft_version + 1
            where tenant = @tenant and id = @id and draft_version = @version and state = 'Draft'
            """,
            new
            {
                id = report.Id,
                version,
                draft = ReportSecrets.Seal(tx, Write(draft), report.Id, What),
            }
        );
        if (changed != 1)
        {
            throw ProblemException.Conflict("draft_changed", "Somebody changed the draft: load it again.");
        }
        await tx.RecordAsync(new LedgerAct("report.draft_saved", report.Id.ToString()));
        return version + 1;
    }

    private static byte[] Write(ReportDraft draft) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["tip"] = JsonNode.Parse(ReportJson.Write(draft.Tip)),
                ["files"] = JsonSerializer.SerializeToNode(draft.Files),
                ["why"] = draft.Why,
                ["knowledgeAt"] = draft.KnowledgeAt,
                ["cannot"] = JsonSerializer.SerializeToNode(draft.CannotSupply),
            }
        );

    private static ReportDraft Read(byte[] bytes)
    {
        var json = JsonNode.Parse(bytes)!;
        return new ReportDraft
        {
            Tip = ReportJson.Read(System.Text.Encoding.UTF8.GetBytes(json["tip"]!.ToJsonString())).Value!,
            Files = json["files"].Deserialize<List<DraftFile>>()!,
            Why = json["why"]!.GetValue<string>(),
            KnowledgeAt = json["knowledgeAt"]!.GetValue<DateTimeOffset>(),
            CannotSupply = json["cannot"].Deserialize<Dictionary<string, string>>()!,
        };
    }
}
