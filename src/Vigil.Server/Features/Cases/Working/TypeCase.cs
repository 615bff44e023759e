using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/{ref}/type.</summary>
internal sealed record TypeRequest
{
    /// <summary>A word of the closed enumeration.</summary>
    public string? ProblemType { get; init; }
    public long? Lease { get; init; }
}

/// <summary>Says what a case is about; its playbook follows.</summary>
internal static class TypeCase
{
    public static async Task<CaseStatus> RunAsync(Tx tx, string reference, TypeRequest request)
    {
        var file = await CaseActs.RequireAsync(tx, reference, request.Lease);
        var type = Words.Parse<ProblemType>(request.ProblemType, "problemType");
        await tx.ExecuteAsync(
            "update case_file set problem_type = @type, updated_at = @at where tenant = @tenant and id = @id",
            new
            {
                id = file.Id,
                type = type.ToString(),
                at = tx.Now,
            }
        );
        await CaseTimeline.AddAsync(tx, file.Id, "type", Words.NameOf(type));
        await tx.RecordAsync(
            new LedgerAct("case.typed", file.Ref)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["type"] = Words.NameOf(type),
                },
            }
        );
        return CaseStatus.Of(file);
    }
}
