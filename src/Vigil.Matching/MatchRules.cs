namespace Vigil.Matching;

/// <summary>The one place that tells exact, known and similar apart.</summary>
public static class MatchRules { }
