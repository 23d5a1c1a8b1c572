package io.tocsin.collector.monitor;

import io.tocsin.collector.calibrate.CalibrateConfig;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.window.SealConfig;

/// @param togetherMillis disturbances that begin within so long of each other may have one cause
public record MonitorConfig(
    SealConfig seal,
    DetectConfig detect,
    CalibrateConfig calibrate,
    JudgeConfig judge,
    long togetherMillis) {}
