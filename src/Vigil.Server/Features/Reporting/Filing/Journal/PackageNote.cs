using System.Text.Json.Serialization;
using Vigil.CyberTip.Filing;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>How far a package came, as the journal has it.</summary>
internal enum PackageStep
{
    /// <summary>It was built, and its bytes are about to be given to whoever asked for them.</summary>
    Given,

    /// <summary>A person said that its recipient has it.</summary>
    HandedOver,

    /// <summary>Its receipt was entered.</summary>
    Filed,

    /// <summary>A person took it back after it was given out: its recipient may have it.</summary>
    Withdrawn,
}

/// <summary>What a recipient answered to a package, as a person entered it.</summary>
/// <param name="Number">What the recipient calls the report.</param>
/// <param name="FiledAt">When the recipient had it.</param>
/// <param name="Bytes">Byte for byte.</param>
internal sealed record PackageReceipt(string Number, DateTimeOffset FiledAt, byte[] Bytes)
{
    public override string ToString() => nameof(PackageReceipt);
}

/// <summary>
/// What a journal's line says of a package, which no call delivers: enough to know whom to ask where the database lost
/// the report.
/// </summary>
internal sealed record PackageNote
{
    /// <summary>Recipients that are named, the newest first.</summary>
    public const int MostRecipients = 10;

    public PackageStep Step { get; init; }

    /// <summary>Code of a <see cref="Destination"/>.</summary>
    public string Destination { get; init; } = "";

    /// <summary>ISO 3166 code of the law that its contents are kept by.</summary>
    public string Jurisdiction { get; init; } = "";

    /// <summary>Whose keys packages of the report were sealed to, the newest first.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Of the newest package's file, in hexadecimal; null: the database knows of none.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What the recipient calls the report; of a receipt.</summary>
    public string? Number { get; init; }

    /// <summary>When the recipient had it; of a receipt, and null in lines of a version without.</summary>
    public DateTimeOffset? FiledAt { get; init; }

    /// <summary>Who did it, as the ledger names them.</summary>
    public string By { get; init; } = "";

    /// <summary>As an earlier version reads the line: it knows no packages, and lets two persons decide.</summary>
    [JsonIgnore]
    public FilingPhase Phase =>
        Step switch
        {
            PackageStep.Filed => FilingPhase.Filed,
            PackageStep.Withdrawn => FilingPhase.Withdrawn,
            _ => FilingPhase.Finishing,
        };

    /// <summary>What is to be asked, and of whom.</summary>
    /// <param name="report">Whose.</param>
    public string AdviceOn(Guid report)
    {
        var recipient = AllDestinations.Find(Destination)?.Recipient ?? Destination;
        var names = Recipients.Count == 0 ? "" : $" ({string.Join(", ", Recipients)})";
        var by = By.Length == 0 ? "whoever built it" : By;
        return $"Ask {recipient}{names} whether they have the package {NameOf(Destination, report)}, and {by} what "
            + "became of it.";
    }

    /// <summary>Of a package's file, as its recipient has it.</summary>
    public static string NameOf(string destination, Guid report) => $"{destination}-{report}.vigilpkg";

    public override string ToString() => $"{Step}";
}
