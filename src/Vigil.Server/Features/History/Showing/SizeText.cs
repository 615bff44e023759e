using System.Globalization;

namespace Vigil.Server.Features.History.Showing;

/// <summary>Sizes, rates and times as people read them.</summary>
internal static class SizeText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
        {
            value /= 1024;
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(unit == 0 ? value : Math.Round(value, 1)):0.#} {Units[unit]}"
        );
    }

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Rate(double perSecond) =>
        string.Create(CultureInfo.InvariantCulture, $"{perSecond:N0} hashes a second");

    /// <summary>"3 min to go".</summary>
    public static string Remaining(double? seconds) =>
        seconds switch
        {
            null => "",
            < 90 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s to go"),
            < 5400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min to go"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h to go"),
        };
}
