namespace Vigil.Hashing;

/// <summary>One hashed frame of a video: an element of its vPDQ hash (facebook/ThreatExchange, vpdq).</summary>
/// <param name="Frame">Number of the frame among all frames of the video, from 0.</param>
/// <param name="Quality">PDQ's quality of the frame, 0 to 100.</param>
/// <param name="Hash">PDQ of the frame at its stored size.</param>
/// <param name="Seconds">When the frame is shown, from the start of the video.</param>
public readonly record struct VpdqFeature(int Frame, Quality Quality, PdqHash Hash, double Seconds);
