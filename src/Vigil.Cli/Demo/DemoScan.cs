namespace Vigil.Cli.Demo;

/// <param name="Decision">As the API names it.</param>
/// <param name="CaseRef">With block and review.</param>
internal sealed record DemoScan(string Decision, string ScanId, string? CaseRef);
