using System.Text.Json;

namespace Vigil.Simulators.Iccam;

/// <summary>A report that arrived.</summary>
/// <param name="Id">Its number here.</param>
/// <param name="Document">As it came.</param>
public sealed record IccamReport(long Id, JsonElement Document)
{
    public string Reference => Document.GetProperty("hotlineReference").GetString() ?? "";
}
