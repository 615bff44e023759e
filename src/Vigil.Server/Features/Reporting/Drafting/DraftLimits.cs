using Vigil.CyberTip;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>All limits of drafts and of what platforms tell, in one place.</summary>
internal static class DraftLimits
{
    /// <summary>Bytes of what a platform tells of one case.</summary>
    public const int SubjectBytes = 2 * 1024 * 1024;

    /// <summary>Contents of one case, as many as a case has items.</summary>
    public const int Contents = 200;
    public const int Chats = 20;
    public const int ChatCharacters = 200_000;
    public const int ContentRefCharacters = 512;
    public const int FileNameCharacters = 200;

    /// <summary>Values of one list, as addresses of one account.</summary>
    public const int ListValues = 500;

    /// <summary>Bytes of a draft as it is sent in; as much as the recipient's document may have.</summary>
    public const int DraftBytes = 4 * 1024 * 1024;

    public const int WhyCharacters = 50_000;
    public const int Reasons = 100;
    public const int ReasonCharacters = 500;
    public const int ReasonPathCharacters = 200;

    /// <summary>Reports of one case.</summary>
    public const int ReportsPerCase = 200;

    /// <summary>Cases of one batched report.</summary>
    public const int BatchCases = 200;

    /// <summary>Findings that stand in an error.</summary>
    public const int FindingsTold = 20;

    /// <summary>What a platform's document may hold.</summary>
    public static readonly DocumentLimits Document = new()
    {
        MaxBytes = DraftBytes,
        MaxDepth = Plumbing.MaxJsonDepth,
        MaxNodes = 20_000,
        MaxFindings = 200,
    };
}
