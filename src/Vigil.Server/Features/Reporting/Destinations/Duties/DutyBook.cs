using Vigil.Files;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// The duties that are known: those of this program, and over them those that the operator keeps in the data folder's
/// <c>duties</c>. Rows that did not load are kept with the reason.
/// </summary>
internal sealed record DutyBook(IReadOnlyList<Duty> Duties, IReadOnlyList<DutyError> Errors)
{
    /// <summary>After so long somebody looks the law up again.</summary>
    public static readonly TimeSpan DefaultMaxAge = TimeSpan.FromDays(365);

    private const string Folder = "Features/Reporting/Destinations/Duties/Data/";
    private const int MaxFiles = 100;

    public TimeSpan MaxAge { get; init; } = DefaultMaxAge;

    public static DutyBook Shipped { get; } = ReadShipped();

    /// <summary>Of this process: what pure checks of drafts go by. Set once, while the server is built.</summary>
    public static DutyBook Current { get; set; } = Shipped;

    public IEnumerable<Duty> Of(string destination) => Duties.Where(duty => duty.Destination == destination);

    /// <summary>With the operator's files over the shipped ones, by code.</summary>
    public static DutyBook Read(string folder, TimeSpan maxAge)
    {
        var duties = Shipped.Duties.ToDictionary(duty => duty.Code, StringComparer.Ordinal);
        var errors = Shipped.Errors.ToList();
        var files = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal)
            : null;
        foreach (var file in files?.Take(MaxFiles) ?? [])
        {
            var (own, faults) = ReadFile(file);
            errors.AddRange(faults);
            foreach (var duty in own)
            {
                duties[duty.Code] = duty;
            }
            // A row that was to replace another and did not load must not leave the old one in force.
            foreach (var fault in faults)
            {
                duties.Remove(fault.Duty);
            }
        }
        return new DutyBook([.. duties.Values.OrderBy(duty => duty.Code, StringComparer.Ordinal)], errors)
        {
            MaxAge = maxAge,
        };
    }

    /// <summary>Why a duty is not gone by; null: it holds.</summary>
    public string? FaultOf(Duty duty, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return duty.ExpiresOn <= today
                ? $"'{duty.Code}' ended on {duty.ExpiresOn:yyyy-MM-dd}: look up what holds now."
            : duty.EffectiveFrom > today ? $"'{duty.Code}' holds from {duty.EffectiveFrom:yyyy-MM-dd} on."
            : today.DayNumber - duty.CheckedOn.DayNumber > MaxAge.TotalDays
                ? $"'{duty.Code}' was looked up on {duty.CheckedOn:yyyy-MM-dd}, more than {MaxAge.TotalDays:0} "
                    + "days ago: look it up again, and say so in a file of the data folder's 'duties', or take a newer "
                    + "version of Vigil."
            : null;
    }

    private static (IReadOnlyList<Duty>, IReadOnlyList<DutyError>) ReadFile(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            using var file = InputFile.OpenRead(path);
            var bytes = new byte[DutyReader.MaxBytes + 1];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return DutyReader.Read(name, bytes[..count]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], [new DutyError(name, "", e.Message)]);
        }
    }

    private static DutyBook ReadShipped()
    {
        var assembly = typeof(DutyBook).Assembly;
        var duties = new List<Duty>();
        var errors = new List<DutyError>();
        foreach (var name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith(Folder, StringComparison.Ordinal))
            {
                continue;
            }
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var (read, faults) = DutyReader.Read(name[Folder.Length..], bytes);
            duties.AddRange(read);
            errors.AddRange(faults);
        }
        return new DutyBook([.. duties.OrderBy(duty => duty.Code, StringComparer.Ordinal)], errors);
    }
}
